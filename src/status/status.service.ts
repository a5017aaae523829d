import { Injectable } from '@nestjs/common';
import { RequestNotFoundError } from '../common/http/id.pipe.js';
import type { Links } from '../common/http/links.js';
import { ProductsRepository } from '../database/repositories/products.js';
import { RequestsRepository } from '../database/repositories/requests.js';
import { LimitedHosts } from './limited-hosts.js';
import { encodeCursor, idOfCursor, rowOfCursor } from './cursor.js';
import type { RequestsQueryDto, StatusQueryDto } from './page.query.dto.js';
import { type RequestListDto, RequestSummaryDto } from './request-summary.dto.js';
import { StatusDto } from './status.dto.js';

@Injectable()
export class StatusService {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly products: ProductsRepository,
    private readonly limitedHosts: LimitedHosts,
  ) {}

  /** @throws RequestNotFoundError, InvalidCursorError */
  async status(id: string, query: StatusQueryDto, links: Links): Promise<StatusDto> {
    const { limit, cursor, first_row = 1 } = query;
    const afterRow = cursor === undefined ? first_row - 1 : rowOfCursor(cursor);
    const request = await this.requests.find(id);
    if (!request) throw new RequestNotFoundError();
    const [page, limited] = await Promise.all([
      this.page(id, afterRow, limit),
      this.limitedHosts.ofRequest(request),
    ]);
    return StatusDto.withProducts(request, page, links, limited);
  }

  /**
   * @param owner whose requests; undefined: all
   * @throws InvalidCursorError
   */
  async list(
    query: RequestsQueryDto,
    links: Links,
    owner: string | undefined,
  ): Promise<RequestListDto> {
    const { limit, cursor, status, search } = query;
    const olderThan = cursor === undefined ? undefined : idOfCursor(cursor);
    const found = await this.requests.newest(limit + 1, { olderThan, status, owner, search });
    const now = new Date();
    const requests = found
      .slice(0, limit)
      .map((request) => RequestSummaryDto.from(request, links, now));
    const next_cursor = found.length > limit ? encodeCursor(requests.at(-1)!.request_id) : null;
    return { requests, next_cursor };
  }

  /** One product more is read than is shown: it tells whether another page follows. */
  private async page(id: string, afterRow: number, limit: number) {
    if (limit === 0) return { products: [], isLast: true };
    const found = await this.products.pageWithImages(id, afterRow, limit + 1);
    return { products: found.slice(0, limit), isLast: found.length <= limit };
  }
}
