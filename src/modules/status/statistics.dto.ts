import { ApiProperty } from '@nestjs/swagger';
import type {
  DayRow,
  FailureCauseRow,
  RepeatedImageRow,
} from '../../platform/database/repositories/statistics.js';
import type { HostLimit } from '../../platform/http-client/origins.js';
import { STATISTICS_WARNINGS } from './error-table.js';

/** How many images ended in one stretch of time. */
export class ThroughputDto {
  /**
   * Where the stretch begins, in seconds since the request's start.
   * @example 12
   */
  second!: number;

  /** @example 48 */
  images!: number;
}

/** How many images lost this share of their bytes. */
export class SavingsDto {
  /**
   * Tenths: 0, 10 … 90. An image that lost nothing counts under 0.
   * @example 60
   */
  from_percent!: number;

  /** @example 120 */
  images!: number;
}

export class FailureExampleDto {
  /** @example 17 */
  row!: number;

  /** @example 2 */
  position!: number;

  /** @example SKU17 */
  product_name!: string;

  /** @example https://shop.example.com/sku17/back.jpg */
  input_url!: string;
}

/** Failed images of one cause. */
export class FailureCauseDto implements FailureCauseRow {
  /** @example http_404 */
  code!: string;

  /**
   * In words, as of one of them.
   * @example The server says there is no such image (404). Check the URL.
   */
  message!: string;

  /** @example 3 */
  images!: number;

  /** The first ones in the order of the CSV; `GET /download/:id/errors` has all. */
  examples!: FailureExampleDto[];
}

/** A host that limits its requests, as Pressroom has learned from its answers. */
export class LimitedHostDto {
  /** @example shop.example.com */
  host!: string;

  /**
   * What the host allows, as far as is known; one decimal.
   * @example 60
   */
  requests_per_minute!: number;

  /**
   * Images of this request that wait for it.
   * @example 720
   */
  images_waiting!: number;

  /**
   * Seconds until they are downloaded at that pace.
   * @example 720
   */
  eta_seconds!: number;

  /** @example shop.example.com allows about 60 requests a minute; 12 minutes left. */
  message!: string;

  static from(limit: HostLimit, images: number): LimitedHostDto {
    const { host, requestsPerMinute, pausedSeconds } = limit;
    const eta = Math.ceil(pausedSeconds + (images / requestsPerMinute) * 60);
    const rate = Math.round(requestsPerMinute * 10) / 10;
    const pace = `${host} allows about ${rate < 10 ? rate : Math.round(rate)} requests a minute`;
    return {
      host,
      requests_per_minute: rate,
      images_waiting: images,
      eta_seconds: eta,
      message: `${pace}; ${timeLeft(eta)} left.`,
    };
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}

/** One image that many different URLs of a host gave: most often a placeholder. */
export class RepeatedImageDto {
  /** @example placeholder_suspected */
  code!: 'placeholder_suspected';

  /** @example shop.example.com */
  host!: string;

  /**
   * Different URLs that gave it.
   * @example 30
   */
  urls!: number;

  /** @example https://shop.example.com/sku17/front.jpg */
  example_url!: string;

  /** @example 30 different URLs of shop.example.com gave the same image. Check whether it is a placeholder. */
  message!: string;

  static from({ host, urls, example_url }: RepeatedImageRow): RepeatedImageDto {
    const message =
      `${urls} different URLs of ${host} gave the same image. ` +
      'Open one: a placeholder or a hotlink warning means that the server does not give out the real images.';
    const { code } = STATISTICS_WARNINGS.placeholder_suspected;
    return { code, host, urls, example_url, message };
  }
}

/** What plots and lists of causes are made of. */
export class RequestStatisticsDto {
  /**
   * Length of the stretches of `throughput`; grows with the request's duration.
   * @example 1
   */
  bucket_seconds!: number;

  /** From the start to now or the end, without gaps; at most 121. */
  throughput!: ThroughputDto[];

  /** Ten entries. */
  savings!: SavingsDto[];

  /** The most frequent first; at most 50. */
  failures!: FailureCauseDto[];

  /** The same image from 30 different URLs of a host or more; at most 10. */
  warnings!: RepeatedImageDto[];
}

/** What the requests of one day (UTC) came to. */
export class DayDto {
  @ApiProperty({ format: 'date', example: '2026-01-31' })
  day!: string;

  /** @example 3 */
  requests!: number;

  /**
   * Completed.
   * @example 612
   */
  images!: number;

  /** @example 120000000 */
  bytes_in!: number;

  /** @example 42000000 */
  bytes_out!: number;

  static from(row: DayRow): DayDto {
    return { ...row, bytes_in: Number(row.bytes_in), bytes_out: Number(row.bytes_out) };
  }
}

export class TotalsDto {
  /** The last 30 days, the oldest first, days without requests included. */
  days!: DayDto[];
}
