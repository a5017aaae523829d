import type { RetryPolicy } from '../../errors/error-definition.js';
import type { CompressionOptions } from '../compression-options.js';
import type { ImageFormat } from '../inspect/image-format.js';

/** An output file to write, and its compression options. */
export interface OutputTask {
  /** Path of the output file. Not written if the source is a file and is kept unchanged (`keptOriginal`). */
  target: string;
  options: CompressionOptions;
}

/** All paths refer to temporary files of this app on the same file system. */
export interface CompressOutputsTask {
  /** A path, or the bytes themselves. */
  source: string | Buffer[];
  /** At least one output. */
  outputs: OutputTask[];
  /** Computes `SourceInfo.hash`. Takes 3 to 5 ms of CPU time for a photograph. */
  withHash?: boolean;
}

/** A source with a single output. */
export interface CompressTask extends OutputTask {
  source: CompressOutputsTask['source'];
}

/**
 * File descriptor from which a child reads its tasks. Follows stdin, stdout, stderr and the IPC channel,
 * which carries the messages that the child sends.
 */
export const TASKS_FD = 4;

/** Information about the source that a decoder returns with the outputs. */
export interface SourceInfo {
  format: ImageFormat;
  /** Pixels of one frame, after orientation. */
  width: number;
  height: number;
  animated: boolean;
  bytes: number;
  /**
   * Perceptual hash (dHash) of the first frame: 16 hex digits. Hashes of similar images differ in few bits. Null
   * without `withHash`, and for an image that is not decoded.
   */
  hash: string | null;
}

export interface CompressedOutputs {
  source: SourceInfo;
  /** In the same order as in the task. */
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
  /** Whether the source is already the smallest valid result. */
  keptOriginal: boolean;
  /** The selected quality, 1 to 100, if `target_score` or `max_bytes` is set. */
  quality?: number;
  /** SSIMULACRA 2 score of the result, if `target_score` is set. */
  score?: number;
}

/** Resource limits of one image, passed to a child when it starts. */
export interface DecodeLimits {
  /** Maximum number of pixels over all frames. */
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
  /** Index of the failed output; absent if the source caused the error. */
  output?: number;
  /** Sharp's message; for the log only. */
  cause?: string;
}

/** Messages from a child. Results arrive in the order of their tasks. */
export type DecoderMessage =
  | { type: 'ready' }
  /** Resident bytes, sent on systems where the parent cannot read them. Not the result of a task. */
  | { type: 'memory'; bytes: number }
  | { type: 'done'; result: CompressedOutputs }
  | { type: 'failed'; error: DecodeFailure };
