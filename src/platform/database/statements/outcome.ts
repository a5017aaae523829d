import type { DownloadedSource } from './save-sources.js';

/** An output of an image, stored as an artifact. */
export interface OutcomeOutput {
  artifactKey: string;
  format: string;
  width: number;
  height: number;
  bytesOut: number;
  keptOriginal: boolean;
  /**
   * True if this process reserved and stored the artifact. Otherwise the artifact already existed, and its
   * row must still exist.
   */
  isNew: boolean;
}

/** Outcome of an image whose outputs are all stored. The inherited properties describe the first output. */
export interface CompletedOutcome extends OutcomeOutput {
  status: 'completed';
  bytesIn: number;
  /** All outputs except the first, in the order of the request. */
  additionalOutputs?: readonly OutcomeOutput[];
  /**
   * Reasons why the image failed its audit, in the format of `toAuditEntries()`; empty if it passed. Undefined
   * without an audit.
   */
  audit?: readonly string[];
  /** Validators and hash of the download, if the next request can be conditional. */
  downloadedSource?: DownloadedSource;
}

/** Outcome of an image whose source was audited without creating outputs. The image counts as completed. */
export interface AuditedOutcome {
  status: 'audited';
  /** Reasons why the source failed its audit; empty if it passed. */
  audit: readonly string[];
}

export interface FailedOutcome {
  status: 'failed';
  errorCode: string;
  errorMessage: string;
}

/** Outcome of one image, with the lease of the worker that processed it. */
export interface Outcome {
  imageId: string;
  lease: string;
  /** True if the request of the image has `outputs`. */
  hasOutputs?: boolean;
  /** True if the request of the image is audited. */
  isAudited?: boolean;
  result: CompletedOutcome | AuditedOutcome | FailedOutcome;
}

export interface RecordedOutcomes {
  /** Images that the statement finished. A missing image was already recorded, or its lease was lost. */
  imageIds: string[];
  /** Requests that finished with these images. */
  finishedRequests: { id: string; status: 'completed' | 'failed' }[];
}

/** Returns all outputs of a completed image, including the first. */
export const listOutputs = (result: CompletedOutcome): readonly OutcomeOutput[] =>
  result.additionalOutputs ? [result, ...result.additionalOutputs] : [result];

/** Returns the total bytes of all outputs of a completed image. */
export const sumOutputBytes = (result: CompletedOutcome): number =>
  listOutputs(result).reduce((sum, { bytesOut }) => sum + bytesOut, 0);
