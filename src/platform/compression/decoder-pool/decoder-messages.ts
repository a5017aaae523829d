import type { RetryPolicy } from '../../errors/error-definition.js';
import type { CompressionOptions } from '../compression-options.js';
import type { ImageFormat } from '../inspect/image-format.js';

/** A file to write, and what it contains. */
export interface OutputTask {
  /** Not written if the result is `keptOriginal` and the source is a file. The source is then the result. */
  target: string;
  options: CompressionOptions;
}

/** Paths are temporary files of this app, on one file system. */
export interface CompressOutputsTask {
  /** A path, or the bytes themselves. */
  source: string | Buffer[];
  /** At least one. */
  outputs: OutputTask[];
  /** Computes `SourceFacts.hash`. Takes 3 to 5 ms of CPU time for a photograph. */
  withHash?: boolean;
}

/** A source with a single output. */
export interface CompressTask extends OutputTask {
  source: CompressOutputsTask['source'];
}

/**
 * File descriptor from which a child reads its tasks. Follows stdin, stdout, stderr and the IPC channel,
 * which carries the messages of the child.
 */
export const TASKS_FD = 4;

/** Facts of the source that a decoder returns with its outputs. */
export interface SourceFacts {
  format: ImageFormat;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  animated: boolean;
  bytes: number;
  /**
   * Perceptual hash (dHash) of the first frame: 16 hex digits. Similar images differ in few bits. Null
   * without `withHash`, and for an image that is not decoded.
   */
  hash: string | null;
}

export interface CompressedOutputs {
  source: SourceFacts;
  /** In the order of the task. */
  outputs: Compressed[];
}

export interface Compressed {
  format: ImageFormat;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  /** Size of the result: the target, or the source if `keptOriginal`. */
  bytes: number;
  /** SHA-256 (hex) of the result. */
  sha256: string;
  /** The source is already the smallest valid result. */
  keptOriginal: boolean;
  /** The chosen quality, 1 to 100, if `target_score` or `max_bytes` chose it. */
  quality?: number;
  /** SSIMULACRA 2 score of the result, if `target_score` is set. */
  score?: number;
}

/** Resource limits of one image, passed to a child at its start. */
export interface DecodeLimits {
  /** Over all frames. */
  maxPixels: number;
  maxFrames: number;
  /** Maximum memory of one decoder process, in bytes. Unlimited if absent. */
  maxMemoryBytes?: number;
}

export interface DecodeFailure {
  code: string;
  message: string;
  status: number;
  retry: RetryPolicy;
  /** Index of the output that failed; absent if the source is at fault. */
  output?: number;
  /** The library's message; for the log only. */
  cause?: string;
}

/** Messages of a child. Results arrive in the order of their tasks. */
export type DecoderMessage =
  | { type: 'ready' }
  /** Resident bytes, where the parent cannot read them. Not the result of a task. */
  | { type: 'memory'; bytes: number }
  | { type: 'done'; result: CompressedOutputs }
  | { type: 'failed'; error: DecodeFailure };
