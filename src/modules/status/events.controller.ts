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
import { computeETag } from './entity-tag.js';
import { EventStream, sendEventStreamHead } from './event-stream.js';
import { ProgressWatch } from './progress-watch.js';
import { RequestSummaryDto } from './request-summary.dto.js';
import { STATUS_ERRORS } from './error-table.js';

@ApiTags('Status')
@Controller('requests/:id/events')
export class EventsController {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly progressWatch: ProgressWatch,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Follow a request with server-sent events',
    description:
      'Sends `progress` immediately and after each change (at most once a second). At the end, sends `end` with the final state and closes the stream. The data of each event is the response of `GET /status/:id?limit=0` without the products. If a stream closes without `end`, it was interrupted or the request was deleted. In this case, reconnect. When another API key needs a stream, the server closes the oldest stream of a key that has more than its fair share, with `retry: 30000` (reconnect after 30 s).',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({
    description: 'Event stream',
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
    // Express also calls this handler for HEAD. A stream would occupy a slot until the client disconnects.
    if (httpRequest.method === 'HEAD') return sendEventStreamHead(response);

    let sentETag = '';
    const sendProgress = (request: ProcessingRequest) => {
      const summary = RequestSummaryDto.from(request, links);
      const isEnded = isFinal(request.status);
      const etag = computeETag(summary);
      if (etag === sentETag) return;
      if (stream.sendEvent(isEnded ? 'end' : 'progress', summary)) sentETag = etag;
      if (isEnded && sentETag === etag) stream.endStream();
    };
    // Acquires the slot before the headers are sent, because a rejection is a 429 response.
    const listener = {
      onProgress: sendProgress,
      onEnd: () => stream.endForReconnect(),
      onEvict: () => stream.endForEviction(),
    };
    const removeListener = this.progressWatch.addListener(id, owner, listener);
    const stream = new EventStream(response, removeListener);
    sendProgress(request);
  }
}
