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
import { ownerSeenBy } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  type DescribedProblem,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { matchesETag } from '../../platform/http/if-none-match.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Links } from '../../platform/http/links.js';
import { sendJsonPieces } from '../../platform/http/send-json-pieces.js';
import { Env } from '../../platform/config/env.js';
import { RequestsQueryDto, StatusQueryDto } from './page.query.dto.js';
import { RequestListDto } from './request-summary.dto.js';
import { StatusDto } from './status.dto.js';
import { StatusService } from './status.service.js';

const INVALID_LIMIT: DescribedProblem = [
  400,
  'invalid_parameter',
  'limit must be a whole number from 0 to 1000',
];
const INVALID_CURSOR: DescribedProblem = [
  400,
  'invalid_cursor',
  'The cursor is not one of ours. Pass on the next_cursor of the page before as it is, or leave it out to begin anew.',
];

@ApiTags('Status')
@Controller()
export class StatusController {
  constructor(
    private readonly service: StatusService,
    private readonly env: Env,
  ) {}

  @Get('status/:id')
  @ApiOperation({
    summary: 'How far a request is',
    description:
      'Counters, speed and a page of products with their images: `limit` products, or fewer when they have more than 2,000 images. Poll with `limit=0` and `If-None-Match`: 304 says that nothing moved.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: '`ETag` of the answer before' })
  @ApiOkResponse({ type: StatusDto })
  @ApiResponse({ status: 304, description: 'Nothing moved since the answer with that `ETag`.' })
  @DescribeProblems(
    '/status/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f',
    MALFORMED_ID,
    INVALID_LIMIT,
    INVALID_CURSOR,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async status(
    @Param('id', IdPipe) id: string,
    @Query() query: StatusQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const answer = await this.service.status(id, query, Links.of(request, this.env));
    const tag = answer.entityTag();
    response.set({ ETag: tag, 'Cache-Control': 'no-cache' });
    if (matchesETag(tag, request)) response.status(HttpStatus.NOT_MODIFIED).end();
    else await sendJsonPieces(answer.json(), response);
  }

  @Get('requests')
  @ApiOperation({ summary: 'All requests, the newest first' })
  @ApiOkResponse({ type: RequestListDto })
  @DescribeProblems('/requests', INVALID_LIMIT, INVALID_CURSOR, DATABASE_UNAVAILABLE)
  async requests(
    @Query() query: RequestsQueryDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RequestListDto> {
    response.set('Cache-Control', 'no-cache');
    return this.service.list(query, Links.of(request, this.env), ownerSeenBy(request));
  }
}
