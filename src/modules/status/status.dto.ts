import { ApiProperty } from '@nestjs/swagger';
import { AuditSummaryDto } from './audit.dto.js';
import type { ProductDto } from './product.dto.js';
import { LimitedHostDto, RepeatedImageDto } from './statistics.dto.js';
import { RequestPauseDto } from './request-pause.dto.js';
import { RequestSummaryDto } from './request-summary.dto.js';

/** A request and a page of its products. `StatusResponse` serializes it. */
export class StatusDto extends RequestSummaryDto {
  /**
   * Products in file order. Empty with `limit=0`. A page contains at most 2,000 images, so it can have fewer products than `limit`. A product with more than 2,000 images continues on the next page, in an entry with
   * the same `row`. Such products exist only in requests that are older than the limit of 1,000 images per row.
   */
  products!: ProductDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example MTAw
   */
  next_cursor!: string | null;

  /** Pauses set by the administrator that affect this request. Empty after the request has ended. */
  pauses!: RequestPauseDto[];

  /** Hosts whose rate limits slow down this request. Empty after the request has ended. */
  limited_hosts!: LimitedHostDto[];

  /** Images that a host returned for 30 or more different URLs. At most 10 entries; empty until the request has ended. */
  warnings!: RepeatedImageDto[];

  /** Results of the audit so far. Null for a request without an audit. */
  @ApiProperty({ type: AuditSummaryDto, nullable: true })
  audit!: AuditSummaryDto | null;
}
