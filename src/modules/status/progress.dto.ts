import { ApiProperty } from '@nestjs/swagger';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { computeProgress } from './progress.js';

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
   * Percentage of images that are completed or failed. 100 only if no image remains.
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
   * Percentage by which `bytes_out` is smaller than `bytes_in`. Negative if the images became larger.
   * @example 65
   */
  saved_percent!: number;

  /**
   * Average number of images per second since the first image started, or since the last retry.
   * @example 48.4
   */
  images_per_second!: number;

  /**
   * Estimated remaining seconds at that rate, at least until `waits_until`. Null while unknown.
   * @example 2
   */
  eta_seconds!: number | null;

  /** Time at which the last image that is waiting for another attempt may start. Null if no image is waiting. */
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
    const {
      startedAt,
      retriedAt,
      imagesKept: completedBeforeRetry,
      waitsUntil,
      completedAt,
    } = request;
    const times = { startedAt, retriedAt, waitsUntil, completedAt };
    const progress = computeProgress(
      { ...counters, completedBeforeRetry, bytesIn, bytesOut, ...times },
      now,
    );
    return {
      ...counters,
      percent: progress.percent,
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      saved_percent: progress.savedPercent,
      images_per_second: progress.imagesPerSecond,
      eta_seconds: progress.etaSeconds,
      waits_until: waitsUntil?.toISOString() ?? null,
    };
  }
}
