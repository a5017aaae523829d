import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Env } from '../config/env.js';
import type { Compressed, CompressTask } from './decoder-pool/decoder-messages.js';
import { DecoderPool } from './decoder-pool/decoder-pool.js';

export type { Compressed, CompressTask } from './decoder-pool/decoder-messages.js';

const MiB = 1024 * 1024;

/** Far more than the downloads that run at once; reached only by a mistake of ours. */
const MAX_WAITING = 1000;

/** A stop as a whole has 15 s. */
const STOP_SECONDS = 8;

/**
 * Compresses one image file into another, in a child process.
 *
 * Rejects with an `ImageError` (never again), a `PoisonImageError` (once more), or an error of policy
 * `free` (decoder or storage unavailable, app stopping). When the promise settles, no process of
 * ours touches the two files any more.
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
      maxWaiting: MAX_WAITING,
      stopSeconds: STOP_SECONDS,
    });
  }

  /**
   * Tasks that wait are served in turn between their groups. `signal` takes a waiting task out, and
   * kills the child of a running one.
   */
  async compress(
    task: CompressTask,
    { group, signal }: { group?: string; signal?: AbortSignal } = {},
  ): Promise<Compressed> {
    return this.#pool.run(task, signal, group);
  }

  /** Gives the running tasks 8 s, refuses those that wait (policy `free`), ends the children. */
  async stop(): Promise<void> {
    await this.#pool.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }
}
