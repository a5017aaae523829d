import { ApiProperty } from '@nestjs/swagger';
import type { OriginState } from '../../platform/database/entities/worker.entity.js';
import type { OwnerQueueRow } from '../../platform/database/statements/list-owner-queues.js';
import type { StuckImageRow } from '../../platform/database/statements/list-stuck-images.js';

/** Unfinished work of one owner. */
export class OwnerQueueDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /** @example 3 */
  open_requests!: number;

  /**
   * Number of images that are waiting to be processed.
   * @example 1240
   */
  images_waiting!: number;

  /** @example 12 */
  images_in_progress!: number;

  /**
   * Seconds since the upload, or the last retry, of the oldest unfinished request.
   * @example 312
   */
  oldest_seconds!: number;

  static from(row: OwnerQueueRow, now: Date): OwnerQueueDto {
    return {
      owner: row.owner,
      open_requests: row.requests,
      images_waiting: Math.max(0, Number(row.images) - row.in_progress),
      images_in_progress: row.in_progress,
      oldest_seconds: computeSecondsBetween(row.oldest, now),
    };
  }
}

export class OwnerQueueListDto {
  /** Owners, ordered by their oldest unfinished request. */
  owners!: OwnerQueueDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** A host from which images are downloaded. */
export class OriginDto {
  /** @example shop.example.com */
  host!: string;

  /**
   * Number of pending images from this host.
   * @example 1200
   */
  images_waiting!: number;

  /**
   * Number of current downloads across all processes.
   * @example 8
   */
  downloads!: number;

  /**
   * Current maximum number of concurrent downloads across all processes.
   * @example 16
   */
  concurrency!: number;

  /**
   * Requests per minute that the host allows, as learned from its responses. Null while no limit is known.
   * @example 60
   */
  requests_per_minute!: number | null;

  /** Circuit breaker. `open`: the host does not respond, so downloads fail immediately. `probing`: one download tests the host. */
  @ApiProperty({ enum: ['closed', 'open', 'probing'], example: 'closed' })
  breaker!: OriginState['breaker'];

  /** True while an operator has paused the host. */
  @ApiProperty({ example: false })
  is_paused!: boolean;

  /** Time until which no request is sent. Null if requests may be sent or an operator has paused the host. */
  @ApiProperty({
    format: 'date-time',
    example: '2026-01-31T09:01:00.000Z',
    nullable: true,
    type: String,
  })
  paused_until!: string | null;

  /**
   * Reason why no request is sent.
   * @example shop.example.com limits the number of requests.
   */
  reason!: string | null;
}

export class OriginListDto {
  /** Paused hosts first, then the hosts with the most waiting images. At most 1,000 hosts. */
  origins!: OriginDto[];

  /**
   * True if more than 100,000 images are pending. Only the first 100,000 are counted, so `images_waiting` is a minimum.
   * @example false
   */
  is_partial!: boolean;

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** An image that has been in progress for too long. */
export class StuckImageDto {
  /** @example 4711 */
  image_id!: string;

  @ApiProperty({ format: 'uuid', example: '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f' })
  request_id!: string;

  /** @example https://shop.example.com/sku17/back.jpg */
  input_url!: string;

  /** @example 1 */
  attempts!: number;

  /**
   * Seconds since a process claimed the image, or since its lease expired.
   * @example 95
   */
  seconds!: number;

  /**
   * `instance` of the process that is processing the image. Null if that process has ended and no other process
   * has requeued the image.
   * @example 7f1d3c1e-2a53-4f8e-9d0f-3b1f4a9f6a10
   */
  worker!: string | null;

  /**
   * Name of the computer or container that runs this process.
   * @example worker-1
   */
  hostname!: string | null;

  /** @example 4242 */
  pid!: number | null;

  static from(row: StuckImageRow, now: Date): StuckImageDto {
    return {
      image_id: row.image_id,
      request_id: row.request_id,
      input_url: row.input_url,
      attempts: row.attempts,
      seconds: computeSecondsBetween(row.since, now),
      worker: row.instance,
      hostname: row.hostname,
      pid: row.pid,
    };
  }
}

export class StuckImageListDto {
  /** Stuck images, ordered by the time they have been stuck, longest first. */
  images!: StuckImageDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** Returns 0 for negative durations, because the clocks of the app and PostgreSQL may differ. */
const computeSecondsBetween = (start: Date, end: Date): number =>
  Math.max(0, Math.round((end.getTime() - start.getTime()) / 1000));
