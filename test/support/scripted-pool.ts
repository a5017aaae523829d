import { afterEach } from 'vitest';
import {
  DecoderPool,
  type DecoderPoolSettings,
} from '../../src/platform/compression/decoder-pool/decoder-pool.js';

const entry = new URL('../fixtures/scripted-decoder.mjs', import.meta.url);

/** Returns a task of the scripted decoder. */
export const scriptedTask = (source: string, target = '') => ({
  source,
  target,
  options: { quality: 50, format: 'original' as const },
});

/** Pools of scripted decoders. A child does what the source of a task says: `done`, `hang`, `crash`, `fail`. */
export class ScriptedPool {
  /** The pool that was started last. */
  pool!: DecoderPool;

  /** Call it once, at the top of a test file. Stops the pool after each test. */
  static forThisFile(): ScriptedPool {
    const decoders = new ScriptedPool();
    afterEach(() => decoders.pool.stop());
    return decoders;
  }

  start(settings: Partial<DecoderPoolSettings> = {}): DecoderPool {
    this.pool = new DecoderPool({
      size: 1,
      entry,
      limits: { maxPixels: 1, maxFrames: 1 },
      timeoutSeconds: 10,
      maxWaitingTasks: 100,
      stopTimeoutSeconds: 5,
      ...settings,
    });
    return this.pool;
  }

  run(source: string, signal?: AbortSignal) {
    return this.pool.compressImage(scriptedTask(source), { signal });
  }
}
