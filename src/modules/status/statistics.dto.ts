import { ApiProperty } from '@nestjs/swagger';
import type {
  DayRow,
  FailureCauseRow,
  RepeatedImageRow,
} from '../../platform/database/repositories/statistics.js';
import { STATISTICS_WARNINGS } from './error-table.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestOutputDto } from './output.dto.js';
import { computeSavedPercent } from './progress.js';

/** Number of images that ended in one interval. */
export class ThroughputDto {
  /**
   * Start of the interval, in seconds since the start of the request.
   * @example 12
   */
  second!: number;

  /** @example 48 */
  images!: number;
}

/** Number of images by percentage of bytes saved. */
export class SavingsDto {
  /**
   * Lower bound of the percentage: 0, 10 … 90. An image without savings counts as 0.
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

/** Failed images with the same cause. */
export class FailureCauseDto implements FailureCauseRow {
  /** @example http_404 */
  code!: string;

  /**
   * Message of one of these images.
   * @example shop.example.com returned 404: there is no file at this URL. Correct the URL and upload the row again.
   */
  message!: string;

  /** @example 3 */
  images!: number;

  /** The first images, in file order. `GET /download/:id/errors` lists all images. */
  examples!: FailureExampleDto[];
}

/** Rate that a host allows, as learned from its responses. */
export interface HostRate {
  host: string;
  requestsPerMinute: number;
  /** Seconds until the next request to the host; 0 if the host is not paused. */
  pausedSeconds: number;
}

/** A host with a rate limit that Pressroom has learned from its responses. */
export class LimitedHostDto {
  /** @example shop.example.com */
  host!: string;

  /**
   * Estimated number of requests per minute that the host allows, with one decimal place.
   * @example 60
   */
  requests_per_minute!: number;

  /**
   * Number of images of this request that are waiting for the host.
   * @example 720
   */
  images_waiting!: number;

  /**
   * Estimated time until these images are downloaded, in seconds.
   * @example 720
   */
  eta_seconds!: number;

  /** @example shop.example.com allows about 60 requests a minute; 12 minutes left. */
  message!: string;

  static from(limit: HostRate, imageCount: number): LimitedHostDto {
    const { host, requestsPerMinute, pausedSeconds } = limit;
    const etaSeconds = Math.ceil(pausedSeconds + (imageCount / requestsPerMinute) * 60);
    const rate = Math.round(requestsPerMinute * 10) / 10;
    const rateText = `${host} allows about ${rate < 10 ? rate : Math.round(rate)} requests a minute`;
    return {
      host,
      requests_per_minute: rate,
      images_waiting: imageCount,
      eta_seconds: etaSeconds,
      message: `${rateText}; ${formatTimeLeft(etaSeconds)} left.`,
    };
  }
}

function formatTimeLeft(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}

/** An image that a host returned for many different URLs. It is usually a placeholder. */
export class RepeatedImageDto {
  /** @example placeholder_suspected */
  code!: 'placeholder_suspected';

  /** @example shop.example.com */
  host!: string;

  /**
   * Number of different URLs that returned the image.
   * @example 30
   */
  urls!: number;

  /** @example https://shop.example.com/sku17/front.jpg */
  example_url!: string;

  /** @example 30 different URLs of shop.example.com returned the same image. Open one: a placeholder or a hotlink warning means that the server does not serve the real images. */
  message!: string;

  static from({ host, urls, example_url }: RepeatedImageRow): RepeatedImageDto {
    const message =
      `${urls} different URLs of ${host} returned the same image. ` +
      'Open one: a placeholder or a hotlink warning means that the server does not serve the real images.';
    const { code } = STATISTICS_WARNINGS.placeholder_suspected;
    return { code, host, urls, example_url, message };
  }
}

/** Size of one output of a request. */
export class OutputBytesDto {
  /**
   * Name of the output.
   * @example large
   */
  name!: string;

  /**
   * Total size of this output for all completed images, in bytes.
   * @example 8400000
   */
  bytes_out!: number;

  /**
   * Percentage by which this output is smaller than the sources. Negative if it is larger.
   * @example 65
   */
  saved_percent!: number;

  /** Returns the outputs of a request; empty if it has a single output without a name. */
  static listFrom(request: ProcessingRequest): OutputBytesDto[] {
    const bytesIn = Number(request.bytesIn);
    return (RequestOutputDto.listFrom(request) ?? []).map(({ name, bytes_out }) => ({
      name,
      bytes_out,
      saved_percent: computeSavedPercent(bytesIn, bytes_out),
    }));
  }
}

/** Statistics for the charts and the list of failure causes. */
export class RequestStatisticsDto {
  /**
   * Length of the intervals of `throughput`, in seconds. Grows with the duration of the request.
   * @example 1
   */
  bucket_seconds!: number;

  /** Intervals from the start of the request to its end or to now, without gaps. At most 121 entries. */
  throughput!: ThroughputDto[];

  /** Histogram of the savings, with ten entries. */
  savings!: SavingsDto[];

  /** Size of each output. Empty if the upload had no `outputs`. */
  outputs!: OutputBytesDto[];

  /** Causes of failures, most frequent first. At most 50 entries. */
  failures!: FailureCauseDto[];

  /** Images that a host returned for 30 or more different URLs. At most 10 entries. */
  warnings!: RepeatedImageDto[];
}

/** Totals of all requests on one day (UTC). */
export class DayDto {
  @ApiProperty({ format: 'date', example: '2026-01-31' })
  day!: string;

  /** @example 3 */
  requests!: number;

  /**
   * Number of completed images.
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
  /** The last 30 days, oldest first, including days without requests. */
  days!: DayDto[];
}
