import { Controller, Delete, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Request } from 'express';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import {
  TooManyOpenImagesError,
  TooManyOpenRequestsError,
} from '../../platform/http/open-work-errors.js';
import {
  AlreadyFinishedError,
  NothingToRetryError,
  RequestStillRunningError,
  RequestBusyError,
} from './lifecycle-errors.js';
import { RequestLifecycle } from './request-lifecycle.js';
import { RetryOptionsDto } from './retry-options.dto.js';
import { RequestStateDto } from './request-state.dto.js';

const PATH = '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const BUSY = new RequestBusyError();

@ApiTags('Requests')
@ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
@Controller('requests')
export class LifecycleController {
  constructor(private readonly lifecycle: RequestLifecycle) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Cancel a request',
    description:
      'Waiting images become `cancelled` at once, images in progress within seconds. Completed images are kept, and the output CSV can be downloaded. The webhook receives `request.cancelled`. The call is idempotent. `retry` resumes canceled images.',
  })
  @ApiOkResponse({ type: RequestStateDto, description: 'The request is canceled.' })
  @DescribeProblems(
    `${PATH}/cancel`,
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    new AlreadyFinishedError('completed'),
    BUSY,
    DATABASE_UNAVAILABLE,
  )
  async cancelRequest(
    @Param('id', IdPipe) id: string,
    @RequestLinks() links: Links,
  ): Promise<RequestStateDto> {
    return RequestStateDto.from(await this.lifecycle.cancel(id), links);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Retry failed images',
    description:
      'Processes the failed and canceled images of an ended request again, starting from the first attempt. Completed images do not change. At the end, Pressroom calls the webhook again, with a new id and the new counters. `code`, as a query parameter or as JSON, selects only the images that failed with that code.',
    requestBody: {
      required: false,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(RetryOptionsDto) },
          // Swagger UI sends the example unchanged.
          example: {},
        },
      },
    },
  })
  @ApiExtraModels(RetryOptionsDto)
  @ApiQuery({
    name: 'code',
    required: false,
    description: 'Only the images that failed with this code, such as `http_404`.',
    schema: { type: 'string' },
  })
  @ApiAcceptedResponse({ type: RequestStateDto, description: 'The images are pending again.' })
  @DescribeProblems(
    `${PATH}/retry`,
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    invalidParameter('code', 'code must be an error code'),
    new NothingToRetryError(),
    new RequestStillRunningError(),
    BUSY,
    new TooManyOpenRequestsError(1000),
    new TooManyOpenImagesError(5_000_000),
    DATABASE_UNAVAILABLE,
  )
  async retryRequest(
    @Param('id', IdPipe) id: string,
    @Req() request: Request,
    @RequestLinks() links: Links,
  ): Promise<RequestStateDto> {
    const { code } = RetryOptionsDto.from(request.query, request.body);
    return RequestStateDto.from(await this.lifecycle.retry(id, code), links);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a request with its images',
    description:
      'Stops a running request. After that, its id is unknown, and its webhook receives no event. To receive one, cancel the request first. Compressed images that no other request uses are removed within seconds, or within minutes for millions of images.',
  })
  @ApiNoContentResponse({ description: 'The request is removed.' })
  @DescribeProblems(PATH, MALFORMED_ID, REQUEST_NOT_FOUND, DATABASE_UNAVAILABLE)
  async deleteRequest(@Param('id', IdPipe) id: string): Promise<void> {
    await this.lifecycle.remove(id);
  }
}
