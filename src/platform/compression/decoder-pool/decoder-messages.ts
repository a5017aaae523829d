import type { RetryPolicy } from '../../errors/error-definition.js';
import type { CompressionOptions } from '../compression-options.js';
import type { ImageFormat } from '../image-format.js';

/** Paths are temporary files of this app, on one file system. */
export interface CompressTask {
  /** A path, or the bytes themselves. */
  source: string | Buffer[];
  /** Not written if the result is `keptOriginal` and the source is a file. The source is then the result. */
  target: string;
  options: CompressionOptions;
}

/**
 * File descriptor from which a child reads its tasks. Follows stdin, stdout, stderr and the IPC channel,
 * which carries the messages of the child.
 */
export const TASKS_FD = 4;

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
  /** The library's message; for the log only. */
  cause?: string;
}

/** Messages of a child. Results arrive in the order of their tasks. */
export type DecoderMessage =
  | { type: 'ready' }
  /** Resident bytes, where the parent cannot read them. Not the result of a task. */
  | { type: 'memory'; bytes: number }
  | { type: 'done'; result: Compressed }
  | { type: 'failed'; error: DecodeFailure };
