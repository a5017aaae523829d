import type { ProductDto } from './product.dto.js';
import { LimitedHostDto } from './statistics.dto.js';
import { RequestSummaryDto } from './request-summary.dto.js';

/** A request and a page of its products. `StatusAnswer` writes it. */
export class StatusDto extends RequestSummaryDto {
  /**
   * In the order of the CSV; none with `limit=0`. A page has fewer products than `limit` when they have more
   * than 2,000 images. A product with more than 2,000 images (only in requests that were uploaded before
   * rows had a limit of 1,000) continues on the next page, in an entry with the same `row`.
   */
  products!: ProductDto[];

  /**
   * Pass on as `cursor` for the next page; null on the last.
   * @example MTAw
   */
  next_cursor!: string | null;

  /** Hosts that limit how fast images of this request are downloaded; empty once it has ended. */
  limited_hosts!: LimitedHostDto[];
}
