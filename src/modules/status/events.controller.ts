import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ownerOf } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe, RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { Links } from '../../platform/http/links.js';
import { Env } from '../../platform/config/env.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { isFinal } from '../../platform/database/states.js';
import { entityTag } from './entity-tag.js';
import { EventStream, sendEventStreamHead } from './event-stream.js';
import { ProgressWatch } from './progress-watch.js';
import { RequestSummaryDto } from './request-summary.dto.js';

@ApiTags('Status')
@Controller('requests/:id/events')
export class EventsController {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly watch: ProgressWatch,
    private readonly env: Env,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Follow a request by server-sent events',
    description:
      '`progress`, at once and then when something has moved (at most once a second), and `end` with the final state, after which the stream closes. The data of each is `GET /status/:id?limit=0` without its page of products. A stream that closes without `end` was cut off, or the request deleted: ask for it again. While another API key waits, the longest stream of a key with more than its share ends with `retry: 30000`.',
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
    [429, 'too_many_listeners', 'Too many clients listen for events.'],
    DATABASE_UNAVAILABLE,
  )
  async requestEvents(
    @Param('id', IdPipe) id: string,
    @Req() httpRequest: Request,
    @Res() response: Response,
  ): Promise<void> {
    const request = await this.requests.find(id);
    if (!request) throw new RequestNotFoundError();
    if (response.destroyed) return;
    // Express answers HEAD by the handler of GET; a stream would hold a place until the client leaves.
    if (httpRequest.method === 'HEAD') return sendEventStreamHead(response);

    const links = Links.of(httpRequest, this.env);
    let told = '';
    const tell = (request: ProcessingRequest) => {
      const summary = RequestSummaryDto.from(request, links);
      const ended = isFinal(request.status);
      const tag = entityTag(summary);
      if (tag === told) return;
      if (stream.send(ended ? 'end' : 'progress', summary)) told = tag;
      if (ended && told === tag) stream.end();
    };
    // Before the first byte: one listener too many is still a 429.
    const listener = {
      onProgress: tell,
      onEnd: () => stream.endForReconnect(),
      onDisplaced: () => stream.displace(),
    };
    const stop = this.watch.listen(id, ownerOf(httpRequest), listener);
    const stream = new EventStream(response, stop);
    tell(request);
  }
}
