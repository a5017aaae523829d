import { Injectable } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { RequestAuditsRepository } from '../../platform/database/repositories/request-audits.js';
import { ProductsRepository } from '../../platform/database/repositories/products.js';
import { isFinal } from '../../platform/database/states.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { isQualityChosen } from '../../platform/database/request-output.js';
import { AuditSummaryDto } from './audit.dto.js';
import { encodeCursor, parseIdCursor, parsePageStart } from './cursor.js';
import { LimitedHosts } from './limited-hosts.js';
import type { RequestsQueryDto, StatusQueryDto } from './page.query.dto.js';
import { RepeatedImages } from './repeated-images.js';
import { RequestPauseDto } from './request-pause.dto.js';
import { type RequestListDto, RequestSummaryDto } from './request-summary.dto.js';
import { StatusResponse } from './status-response.js';

@Injectable()
export class StatusService {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly products: ProductsRepository,
    private readonly pauses: PausesRepository,
    private readonly audits: RequestAuditsRepository,
    private readonly limitedHosts: LimitedHosts,
    private readonly repeatedImages: RepeatedImages,
  ) {}

  /** @throws RequestNotFoundError, InvalidCursorError */
  async getStatus(id: string, query: StatusQueryDto, links: Links): Promise<StatusResponse> {
    const { limit, cursor, first_row = 1 } = query;
    const start =
      cursor === undefined ? { row: first_row - 1, position: null } : parsePageStart(cursor);
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    const { outputs } = request;
    const hasOutputs = outputs !== null || isQualityChosen(request.options);
    const [page, pauses, limited_hosts, warnings, audits] = await Promise.all([
      limit === 0
        ? { products: [], next: null }
        : this.products.listWithImages(id, start, limit, { withOutputs: hasOutputs }),
      isFinal(request.status) ? [] : this.pauses.listByRequest(id, request.owner),
      this.limitedHosts.listHosts(request),
      this.repeatedImages.findInFinishedRequest(request),
      request.audit === null ? [] : this.audits.countByReason(id),
    ]);
    const summary = Object.assign(RequestSummaryDto.from(request, links), {
      pauses: pauses.map((pause) => RequestPauseDto.from(pause)),
      limited_hosts,
      warnings,
      audit: AuditSummaryDto.from(request, audits),
    });
    const { header, urlColumn } = request;
    const names = {
      preset: request.preset,
      getColumnName: (column: number | null) => header[column ?? urlColumn] ?? '',
      ...(outputs && { outputs: outputs.map(({ name }) => name) }),
    };
    return new StatusResponse(summary, page, names, links);
  }

  /**
   * @param owner limits the list to the requests of one owner; undefined for all
   * @throws InvalidCursorError
   */
  async listRequests(
    query: RequestsQueryDto,
    links: Links,
    owner: string | undefined,
  ): Promise<RequestListDto> {
    const { limit, cursor, status, search } = query;
    const olderThan = cursor === undefined ? undefined : parseIdCursor(cursor);
    const newestRequests = await this.requests.listNewest(limit + 1, {
      olderThan,
      status,
      owner,
      search,
    });
    const now = new Date();
    const requests = newestRequests
      .slice(0, limit)
      .map((request) => RequestSummaryDto.from(request, links, now));
    const next_cursor =
      newestRequests.length > limit ? encodeCursor(requests.at(-1)!.request_id) : null;
    return { requests, next_cursor };
  }
}
