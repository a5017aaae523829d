import { ApiProperty } from '@nestjs/swagger';
import type { DayRow, FailureCauseRow } from '../../platform/database/repositories/statistics.js';

/** How many images ended in one stretch of time. */
export class ThroughputDto {
  /**
   * Where the stretch begins, in seconds since the request's start.
   * @example 12
   */
  second: number;

  /** @example 48 */
  images: number;
}

/** How many images lost this share of their bytes. */
export class SavingsDto {
  /**
   * Tenths: 0, 10 … 90. An image that lost nothing counts under 0.
   * @example 60
   */
  from_percent: number;

  /** @example 120 */
  images: number;
}

export class FailureExampleDto {
  /** @example 17 */
  row: number;

  /** @example 2 */
  position: number;

  /** @example SKU17 */
  product_name: string;

  /** @example https://shop.example.com/sku17/back.jpg */
  input_url: string;
}

/** Failed images of one cause. */
export class FailureCauseDto implements FailureCauseRow {
  /** @example http_404 */
  code: string;

  /**
   * In words, as of one of them.
   * @example The server says there is no such image (404). Check the URL.
   */
  message: string;

  /** @example 3 */
  images: number;

  /** The first ones in the order of the CSV; `GET /download/:id/errors` has all. */
  examples: FailureExampleDto[];
}

/** What plots and lists of causes are made of. */
export class RequestStatisticsDto {
  /**
   * Length of the stretches of `throughput`; grows with the request's duration.
   * @example 1
   */
  bucket_seconds: number;

  /** From the start to now or the end, without gaps; at most 121. */
  throughput: ThroughputDto[];

  /** Ten entries. */
  savings: SavingsDto[];

  /** The most frequent first; at most 50. */
  failures: FailureCauseDto[];
}

/** What the requests of one day (UTC) came to. */
export class DayDto {
  @ApiProperty({ format: 'date', example: '2026-01-31' })
  day: string;

  /** @example 3 */
  requests: number;

  /**
   * Completed.
   * @example 612
   */
  images: number;

  /** @example 120000000 */
  bytes_in: number;

  /** @example 42000000 */
  bytes_out: number;

  static from(row: DayRow): DayDto {
    return { ...row, bytes_in: Number(row.bytes_in), bytes_out: Number(row.bytes_out) };
  }
}

export class TotalsDto {
  /** The last 30 days, the oldest first, days without requests included. */
  days: DayDto[];
}
