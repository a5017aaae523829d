import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Owner } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe, RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { RequestLinks } from '../../platform/http/request-links.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { isFinal } from '../../platform/database/states.js';
import { entityTag } from './entity-tag.js';
import { EventStream, sendEventStreamHead } from './event-stream.js';
import { ProgressWatch } from './progress-watch.js';
import { RequestSummaryDto } from './request-summary.dto.js';
import { STATUS_ERRORS } from './error-table.js';

@ApiTags('Status')
@Controller('requests/:id/events')
export class EventsController {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly watch: ProgressWatch,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Follow a request by server-sent events',
    description:
      'Sends `progress` at once and after each change (at most once a second), and `end` with the final state, after which the stream closes. The data of each event equals `GET /status/:id?limit=0` without the products. A stream that closes without `end` was interrupted, or the request was deleted. Reconnect in that case. While another API key waits for a stream, the oldest stream of a key with more than its fair share is closed with `retry: 30000` (reconnect after 30 s).',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({
    description: 'The stream',
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example:
          'event: progress\ndata: {"request_id":"…","status":"processing","progress":{…}}\n\n',
      },
    },
  })
  @DescribeProblems(
    '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/events',
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    STATUS_ERRORS.too_many_listeners,
    DATABASE_UNAVAILABLE,
  )
  async requestEvents(
    @Param('id', IdPipe) id: string,
    @Owner() owner: string,
    @RequestLinks() links: Links,
    @Req() httpRequest: Request,
    @Res() response: Response,
  ): Promise<void> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    if (response.destroyed) return;
    // Express calls the GET handler for HEAD. A stream would hold a slot until the client disconnects.
    if (httpRequest.method === 'HEAD') return sendEventStreamHead(response);

    let sentTag = '';
    const send = (request: ProcessingRequest) => {
      const summary = RequestSummaryDto.from(request, links);
      const ended = isFinal(request.status);
      const tag = entityTag(summary);
      if (tag === sentTag) return;
      if (stream.send(ended ? 'end' : 'progress', summary)) sentTag = tag;
      if (ended && sentTag === tag) stream.end();
    };
    // Acquires the slot before the first byte, because a rejection is a 429 response.
    const listener = {
      onProgress: send,
      onEnd: () => stream.endForReconnect(),
      onDisplaced: () => stream.endForEviction(),
    };
    const stop = this.watch.listen(id, owner, listener);
    const stream = new EventStream(response, stop);
    send(request);
  }
}
