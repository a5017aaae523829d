import { afterEach } from 'vitest';
import {
  DecoderPool,
  type DecoderPoolSettings,
} from '../../src/platform/compression/decoder-pool/decoder-pool.js';

const DECODER_URL = new URL('../fixtures/scripted-decoder.mjs', import.meta.url);

/** Returns a task for the scripted decoder. */
export const createScriptedTask = (source: string, target = '') => ({
  source,
  target,
  options: { quality: 50, format: 'original' as const },
});

/** Starts pools whose decoder processes follow a script. The source of a task selects the result: `done`, `hang`, `crash` or `fail`. */
export class ScriptedPool {
  /** The most recently started pool. */
  pool!: DecoderPool;

  /** Call it once, at the top of a test file. Stops the pool after each test. */
  static forThisFile(): ScriptedPool {
    const scriptedPool = new ScriptedPool();
    afterEach(() => scriptedPool.pool.stop());
    return scriptedPool;
  }

  start(settings: Partial<DecoderPoolSettings> = {}): DecoderPool {
    this.pool = new DecoderPool({
      size: 1,
      entry: DECODER_URL,
      limits: { maxPixels: 1, maxFrames: 1 },
      timeoutSeconds: 10,
      maxWaitingTasks: 100,
      stopTimeoutSeconds: 5,
      ...settings,
    });
    return this.pool;
  }

  runTask(source: string, signal?: AbortSignal) {
    return this.pool.compressImage(createScriptedTask(source), { signal });
  }
}
