import type {
  AuditedOutcome,
  CompletedOutcome,
  FailedOutcome,
} from '../../platform/database/statements/outcome.js';

/** All artifacts of the image are stored. */
export type CompletedResult = CompletedOutcome;

/** The source was audited without being compressed. */
export type AuditedResult = AuditedOutcome;

/** The image cannot be processed, or all its attempts are used up. */
export type FailedResult = FailedOutcome;

/** The image will be processed again after a delay. */
export interface RetryResult {
  status: 'retry';
  delayMs: number;
  /** Whether the attempt counts. False if neither the image nor its origin caused the retry. */
  isCounted: boolean;
}

/** This worker stopped processing the image without an outcome. */
export interface ReleasedResult {
  status: 'released';
  /**
   * - `unclaimed`: another worker has claimed the image, or it is finished.
   * - `lost`: the image was canceled, removed or claimed by another worker.
   * - `stopping`: the app is stopping.
   */
  reason: 'unclaimed' | 'lost' | 'stopping';
}

/** Result of the pipeline for one image. */
export type ImageResult =
  CompletedResult | AuditedResult | FailedResult | RetryResult | ReleasedResult;
