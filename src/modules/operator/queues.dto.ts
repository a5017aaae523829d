import { ApiProperty } from '@nestjs/swagger';
import type { OriginState } from '../../platform/database/entities/worker.entity.js';
import type { OwnerQueueRow } from '../../platform/database/statements/list-owner-queues.js';
import type { StuckImageRow } from '../../platform/database/statements/list-stuck-images.js';

/** Open work of one owner. */
export class OwnerQueueDto {
  /**
   * Name of the API key; empty without keys.
   * @example shop
   */
  owner!: string;

  /** @example 3 */
  open_requests!: number;

  /**
   * Images that wait to be processed.
   * @example 1240
   */
  images_waiting!: number;

  /** @example 12 */
  images_in_progress!: number;

  /**
   * Seconds since the upload, or the last retry, of the oldest open request.
   * @example 312
   */
  oldest_seconds!: number;

  static from(row: OwnerQueueRow, now: Date): OwnerQueueDto {
    return {
      owner: row.owner,
      open_requests: row.requests,
      images_waiting: Math.max(0, Number(row.images) - row.in_progress),
      images_in_progress: row.in_progress,
      oldest_seconds: secondsBetween(row.oldest, now),
    };
  }
}

export class OwnerQueueListDto {
  /** The owner with the oldest open request first. */
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
   * Pending images on this host.
   * @example 1200
   */
  images_waiting!: number;

  /**
   * Downloads that run now, in all processes.
   * @example 8
   */
  downloads!: number;

  /**
   * Maximum number of concurrent downloads at present, in all processes.
   * @example 16
   */
  concurrency!: number;

  /**
   * Requests per minute that the host allows, as learned from its responses. Null while no limit is known.
   * @example 60
   */
  requests_per_minute!: number | null;

  /** Circuit breaker. `open`: the host does not respond, so downloads fail at once. `probing`: one download tests it. */
  @ApiProperty({ enum: ['closed', 'open', 'probing'], example: 'closed' })
  breaker!: OriginState['breaker'];

  /** True while an operator has paused the host. */
  @ApiProperty({ example: false })
  is_paused!: boolean;

  /** Time until which no request is sent. Null if requests may be sent, and if an operator has paused the host. */
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
  /** The host with the most waiting images first. At most 1,000 hosts. */
  origins!: OriginDto[];

  /**
   * True if more images are pending than were counted (100,000). `images_waiting` is then a minimum.
   * @example false
   */
  is_partial!: boolean;

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** An image that should have ended. */
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
   * Seconds since a process claimed it, or since its lease ended.
   * @example 95
   */
  seconds!: number;

  /**
   * `instance` of the process that works on it. Null: its process vanished, and no other has taken it back.
   * @example 7f1d3c1e-2a53-4f8e-9d0f-3b1f4a9f6a10
   */
  worker!: string | null;

  /**
   * Name of the computer or container of this process.
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
      seconds: secondsBetween(row.since, now),
      worker: row.instance,
      hostname: row.hostname,
      pid: row.pid,
    };
  }
}

export class StuckImageListDto {
  /** The longest stuck first. */
  images!: StuckImageDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}

/** The clocks of the app and PostgreSQL may differ. */
const secondsBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
