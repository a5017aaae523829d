import { ApiProperty } from '@nestjs/swagger';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { paceOf } from './progress.js';

/** How far a request is. Images are counted, not products. */
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
   * Of all images, those completed or failed; 100 only when none is left.
   * @example 60.5
   */
  percent!: number;

  /**
   * Bytes of the sources of completed images.
   * @example 24000000
   */
  bytes_in!: number;

  /**
   * Bytes of what they became.
   * @example 8400000
   */
  bytes_out!: number;

  /**
   * Percent of `bytes_in` that is not in `bytes_out`; negative when the images grew.
   * @example 65
   */
  saved_percent!: number;

  /**
   * Mean since the first image was begun, or since the last retry.
   * @example 48.4
   */
  images_per_second!: number;

  /**
   * Seconds to the end at that speed, and not before `waits_until`; null while nothing can be said.
   * @example 2
   */
  eta_seconds!: number | null;

  /** When the last of the images that wait for another try may begin; null when none waits. */
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
    const pace = paceOf({ ...counters, kept, bytesIn, bytesOut, ...times }, now);
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
