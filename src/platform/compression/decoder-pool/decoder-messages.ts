import type { RetryPolicy } from '../../errors/error-definition.js';
import type { CompressionOptions } from '../compression-options.js';
import type { ImageFormat } from '../image-format.js';

/** Paths are our own temporary files, on one file system. */
export interface CompressTask {
  /** A file, or the bytes themselves. */
  source: string | Buffer[];
  /** Not written when the answer is `keptOriginal` and the source is a file, which is the result then. */
  target: string;
  options: CompressionOptions;
}

/** Where a child reads its tasks: after stdin, stdout, stderr and the messages, which are its answers. */
export const TASKS_FD = 4;

export interface Compressed {
  format: ImageFormat;
  /** Pixels, upright; of one frame. */
  width: number;
  height: number;
  /** Size of the result: of the target, or of the source where `keptOriginal`. */
  bytes: number;
  /** SHA-256 (hex) of the result. */
  sha256: string;
  /** The source is already the best result. */
  keptOriginal: boolean;
}

/** What one image may cost; given to a child when it starts. */
export interface DecodeLimits {
  /** Over all frames. */
  maxPixels: number;
  maxFrames: number;
  /** Bytes of memory that one decoder process may use; unlimited without it. */
  maxMemoryBytes?: number;
}

export interface DecodeFailure {
  code: string;
  message: string;
  status: number;
  retry: RetryPolicy;
  /** What the library said; for the log only. */
  cause?: string;
}

/** A child answers its tasks strictly in the order in which they were given. */
export type DecoderAnswer =
  | { type: 'ready' }
  /** Resident bytes, where the parent cannot read them; not an answer to a task. */
  | { type: 'memory'; bytes: number }
  | { type: 'done'; result: Compressed }
  | { type: 'failed'; error: DecodeFailure };
