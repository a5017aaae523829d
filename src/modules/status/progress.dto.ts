import { ApiProperty } from '@nestjs/swagger';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { computePace } from './progress.js';

/** Progress of a request. Counts images, not products. */
export class ProgressDto {
  /** @example 200 */
  total!: number;

  /** @example 120 */
  completed!: number;

  /** @example 1 */
  failed!: number;

  /** @example 0 */
  cancelled!: number;

  /**
   * Percentage of images that are completed or failed. 100 only when no image is left.
   * @example 60.5
   */
  percent!: number;

  /**
   * Total size of the sources of completed images, in bytes.
   * @example 24000000
   */
  bytes_in!: number;

  /**
   * Total size of these images after compression, in bytes.
   * @example 8400000
   */
  bytes_out!: number;

  /**
   * Percentage saved: how much smaller `bytes_out` is than `bytes_in`. Negative when the images grew.
   * @example 65
   */
  saved_percent!: number;

  /**
   * Mean number of images per second since the first image started, or since the last retry.
   * @example 48.4
   */
  images_per_second!: number;

  /**
   * Estimated seconds left at that speed, at least until `waits_until`. Null while unknown.
   * @example 2
   */
  eta_seconds!: number | null;

  /** Time at which the last image that waits for another attempt may start. Null when no image waits. */
  @ApiProperty({ format: 'date-time', nullable: true, example: null })
  waits_until!: string | null;

  static from(request: ProcessingRequest, now: Date): ProgressDto {
    const counters = {
      total: request.imagesTotal,
      completed: request.imagesCompleted,
      failed: request.imagesFailed,
      cancelled: request.imagesCancelled,
    };
    const bytesIn = Number(request.bytesIn);
    const bytesOut = Number(request.bytesOut);
    const { startedAt, retriedAt, imagesKept: kept, waitsUntil, completedAt } = request;
    const times = { startedAt, retriedAt, waitsUntil, completedAt };
    const pace = computePace({ ...counters, kept, bytesIn, bytesOut, ...times }, now);
    return {
      ...counters,
      percent: pace.percent,
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      saved_percent: pace.savedPercent,
      images_per_second: pace.imagesPerSecond,
      eta_seconds: pace.etaSeconds,
      waits_until: waitsUntil?.toISOString() ?? null,
    };
  }
}
