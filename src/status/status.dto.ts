import type { Links } from '../common/http/links.js';
import type { ProcessingRequest } from '../database/entities/processing-request.entity.js';
import type { ProductOnPage } from '../database/repositories/products.js';
import { encodeCursor } from './cursor.js';
import { ProductDto } from './product.dto.js';
import { LimitedHostDto } from './statistics.dto.js';
import { RequestSummaryDto } from './request-summary.dto.js';

/** A request and a page of its products. */
export class StatusDto extends RequestSummaryDto {
  /** In the order of the CSV; none with `limit=0`. */
  products: ProductDto[];

  /**
   * Pass on as `cursor` for the next page; null on the last.
   * @example MTAw
   */
  next_cursor: string | null;

  /** Hosts that limit how fast images of this request are downloaded; empty once it has ended. */
  limited_hosts: LimitedHostDto[];

  /** `isLast`: no product comes after those of the page. */
  static withProducts(
    request: ProcessingRequest,
    page: { products: ProductOnPage[]; isLast: boolean },
    links: Links,
    limitedHosts: LimitedHostDto[] = [],
  ): StatusDto {
    const last = page.products.at(-1);
    return Object.assign(new StatusDto(), RequestSummaryDto.from(request, links), {
      products: page.products.map((product) => ProductDto.from(product, links)),
      next_cursor: page.isLast || last === undefined ? null : encodeCursor(last.row),
      limited_hosts: limitedHosts,
    });
  }
}
