import type {
  AuditedOutcome,
  CompletedOutcome,
  FailedOutcome,
} from '../../platform/database/statements/outcome.js';

/** All artifacts of the image are stored. */
export type CompletedImage = CompletedOutcome;

/** The source was audited without being compressed. */
export type AuditedImage = AuditedOutcome;

/** The image cannot be processed, or all its attempts are used up. */
export type FailedImage = FailedOutcome;

/** The image is processed again after a delay. */
export interface RetriedImage {
  status: 'retry';
  delayMs: number;
  /** False if the cause is neither the image nor its origin. The attempt is then not counted. */
  isCounted: boolean;
}

/** This worker stops processing the image without an outcome. */
export interface ReleasedImage {
  status: 'released';
  /**
   * - `unclaimed`: another worker has claimed the image, or it has ended.
   * - `lost`: the image was canceled, removed or claimed by another worker.
   * - `stopping`: the app is stopping.
   */
  reason: 'unclaimed' | 'lost' | 'stopping';
}

/** Result of the pipeline for one image. */
export type ImageResult =
  CompletedImage | AuditedImage | FailedImage | RetriedImage | ReleasedImage;
