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
const REQUEST_BUSY = new RequestBusyError();

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
      'Waiting images become `cancelled` immediately, and images in progress within seconds. Completed images are kept, and the output CSV can be downloaded. The webhook receives `request.cancelled`. The call is idempotent. Use `retry` to resume canceled images.',
  })
  @ApiOkResponse({ type: RequestStateDto, description: 'The request has been canceled.' })
  @DescribeProblems(
    `${PATH}/cancel`,
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    new AlreadyFinishedError('completed'),
    REQUEST_BUSY,
    DATABASE_UNAVAILABLE,
  )
  async cancelRequest(
    @Param('id', IdPipe) id: string,
    @RequestLinks() links: Links,
  ): Promise<RequestStateDto> {
    return RequestStateDto.from(await this.lifecycle.cancelRequest(id), links);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Retry failed images',
    description:
      'Processes the failed and canceled images of an ended request again, starting from the first attempt. Completed images do not change. When the images have ended, Pressroom calls the webhook again, with a new event ID and the new counters. Set `code`, as a query parameter or in JSON, to retry only the images that failed with that code.',
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
    description: 'Retries only the images that failed with this code, such as `http_404`.',
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
    REQUEST_BUSY,
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
    return RequestStateDto.from(await this.lifecycle.retryRequest(id, code), links);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a request and its images',
    description:
      'Stops the request if it is running. Afterward, its ID returns 404, and its webhook receives no event. To receive an event, cancel the request first. Compressed images that no other request uses are removed within seconds, or within minutes for millions of images.',
  })
  @ApiNoContentResponse({ description: 'The request has been removed.' })
  @DescribeProblems(PATH, MALFORMED_ID, REQUEST_NOT_FOUND, DATABASE_UNAVAILABLE)
  async deleteRequest(@Param('id', IdPipe) id: string): Promise<void> {
    await this.lifecycle.removeRequest(id);
  }
}
