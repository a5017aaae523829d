import { Controller, Get, HttpStatus, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { VisibleOwner } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { matchesETag } from '../../platform/http/if-none-match.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import { streamJson } from '../../platform/http/stream-json.js';
import { RequestsQueryDto, StatusQueryDto } from './page.query.dto.js';
import { RequestListDto } from './request-summary.dto.js';
import { StatusDto } from './status.dto.js';
import { StatusService } from './status.service.js';
import { STATUS_ERRORS } from './error-table.js';

const INVALID_LIMIT = invalidParameter('limit', 'limit must be a whole number from 0 to 1000');

@ApiTags('Status')
@Controller()
export class StatusController {
  constructor(private readonly service: StatusService) {}

  @Get('status/:id')
  @ApiOperation({
    summary: 'Get the progress of a request',
    description:
      'Returns counters, the processing rate and a page of products with their images. A page has `limit` products, or fewer if they have more than 2,000 images. To poll, use `limit=0` and `If-None-Match`. The status 304 means that nothing has changed.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: '`ETag` of the previous response',
  })
  @ApiOkResponse({ type: StatusDto })
  @ApiResponse({
    status: 304,
    description: 'Nothing has changed since the response with this `ETag`.',
  })
  @DescribeProblems(
    '/status/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f',
    MALFORMED_ID,
    INVALID_LIMIT,
    STATUS_ERRORS.invalid_cursor,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async status(
    @Param('id', IdPipe) id: string,
    @Query() query: StatusQueryDto,
    @RequestLinks() links: Links,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const status = await this.service.getStatus(id, query, links);
    const etag = status.computeETag();
    response.set({ ETag: etag, 'Cache-Control': 'no-cache' });
    if (matchesETag(etag, request)) response.status(HttpStatus.NOT_MODIFIED).end();
    else await streamJson(status.writeJsonChunks(), response);
  }

  @Get('requests')
  @ApiOperation({ summary: 'List requests, newest first' })
  @ApiOkResponse({ type: RequestListDto })
  @DescribeProblems('/requests', INVALID_LIMIT, STATUS_ERRORS.invalid_cursor, DATABASE_UNAVAILABLE)
  async requests(
    @Query() query: RequestsQueryDto,
    @RequestLinks() links: Links,
    @VisibleOwner() owner: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RequestListDto> {
    response.set('Cache-Control', 'no-cache');
    return this.service.listRequests(query, links, owner);
  }
}
