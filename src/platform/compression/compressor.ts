import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Env } from '../config/env.js';
import type {
  Compressed,
  CompressedOutputs,
  CompressOutputsTask,
  CompressTask,
} from './decoder-pool/decoder-messages.js';
import {
  type CompressSettings,
  DecoderPool,
  type DecoderPoolStatistics,
} from './decoder-pool/decoder-pool.js';

export type {
  Compressed,
  CompressedOutputs,
  CompressOutputsTask,
  CompressTask,
  SourceInfo,
} from './decoder-pool/decoder-messages.js';

const MiB = 1024 * 1024;

/** Far above the number of concurrent downloads, so only a bug can exceed it. */
const MAX_WAITING_TASKS = 1000;

/** A shutdown may take 15 s in total. */
const STOP_TIMEOUT_SECONDS = 8;

/**
 * Compresses an image to one or more files, in a child process.
 *
 * Rejects with an `ImageError` (not retried) or a `PoisonImageError` (retried once). Rejects with the retry policy
 * `uncounted` if the decoder or storage is unavailable, or if the app is stopping. No decoder process accesses the
 * files after the promise has settled.
 */
@Injectable()
export class Compressor implements OnApplicationShutdown {
  readonly #pool: DecoderPool;

  constructor(@Inject(Env) env: Env) {
    this.#pool = new DecoderPool({
      size: env.DECODERS,
      entry: new URL('./decoder-pool/decoder.js', import.meta.url),
      limits: {
        maxPixels: env.MAX_IMAGE_PIXELS,
        maxFrames: env.MAX_IMAGE_FRAMES,
        maxMemoryBytes: env.DECODER_MEMORY_MB * MiB,
      },
      timeoutSeconds: env.DECODE_TIMEOUT_SECONDS,
      maxWaitingTasks: MAX_WAITING_TASKS,
      stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
    });
  }

  get statistics(): DecoderPoolStatistics {
    return this.#pool.statistics;
  }

  /**
   * Compresses an image to one or more outputs. One child process decodes the image once for all of them. Either
   * all outputs are written, or the promise rejects and `ImageError.output` identifies the failed output.
   */
  async compressOutputs(
    task: CompressOutputsTask,
    settings: CompressSettings = {},
  ): Promise<CompressedOutputs> {
    return this.#pool.compressOutputs(task, settings);
  }

  /** Compresses an image to a single output. */
  async compressImage(task: CompressTask, settings: CompressSettings = {}): Promise<Compressed> {
    return this.#pool.compressImage(task, settings);
  }

  /** Number of running decoder processes. They are started on demand. */
  get processCount(): number {
    return this.#pool.pids.length;
  }

  /** Waits up to 8 s for running tasks, rejects waiting ones (policy `uncounted`), and stops the decoder processes. */
  async stop(): Promise<void> {
    await this.#pool.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }
}
