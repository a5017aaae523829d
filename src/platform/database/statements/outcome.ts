import type { SeenSource } from './remember-sources.js';

/** An output of an image, stored as an artifact. */
export interface OutcomeOutput {
  artifactKey: string;
  format: string;
  width: number;
  height: number;
  bytesOut: number;
  keptOriginal: boolean;
  /**
   * True if this app reserved and stored the artifact. Otherwise it was found, and its row must still
   * exist.
   */
  isNew: boolean;
}

/** All outputs of the image are stored. Its own members describe the first output. */
export interface CompletedOutcome extends OutcomeOutput {
  status: 'completed';
  bytesIn: number;
  /** Outputs from the second on, in the order of the request. */
  additionalOutputs?: readonly OutcomeOutput[];
  /**
   * Reasons why the image failed its audit, as `toAuditEntries` writes them; empty if it passed. Undefined
   * without an audit.
   */
  audit?: readonly string[];
  /** Validators of the download, if they allow a conditional request next time. */
  seen?: SeenSource;
}

/** The source of the image was audited, and no output was made. The image counts as completed. */
export interface AuditedOutcome {
  status: 'audited';
  /** Reasons why the source failed; empty if it passed. */
  audit: readonly string[];
}

export interface FailedOutcome {
  status: 'failed';
  errorCode: string;
  errorMessage: string;
}

/** Outcome of one image, under the lease of the worker that processed it. */
export interface Outcome {
  imageId: string;
  lease: string;
  /** True if the request of the image has `outputs`. */
  hasOutputs?: boolean;
  /** True if the request of the image is audited. */
  isAudited?: boolean;
  result: CompletedOutcome | AuditedOutcome | FailedOutcome;
}

export interface Recorded {
  /** Images that ended now. A missing image was recorded before, or its lease was lost. */
  imageIds: string[];
  /** Requests that ended with these images. */
  endedRequests: { id: string; status: 'completed' | 'failed' }[];
}

/** Returns the outputs of a completed image, the first one included. */
export const allOutputs = (result: CompletedOutcome): readonly OutcomeOutput[] =>
  result.additionalOutputs ? [result, ...result.additionalOutputs] : [result];

/** Returns the bytes of all outputs of a completed image. */
export const sumOutputBytes = (result: CompletedOutcome): number =>
  allOutputs(result).reduce((sum, { bytesOut }) => sum + bytesOut, 0);
