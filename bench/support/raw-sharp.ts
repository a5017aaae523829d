import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import { startChild } from './child.js';
import type { Kind } from './corpus.js';
import type { RawResult, RawTask } from './raw-sharp-process.js';

/** Runs sharp without the app, in as many processes as the app has decoders. */
export class RawSharp {
  private constructor(private readonly processes: ChildProcess[]) {}

  static async start(corpusFolder: string, processCount: number): Promise<RawSharp> {
    const env = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' };
    const startingProcesses = Array.from({ length: processCount }, () =>
      startChild('raw-sharp-process.ts', [corpusFolder], env),
    );
    return new RawSharp((await Promise.all(startingProcesses)).map(({ child }) => child));
  }

  /** @returns the wall time and CPU time of `imageCount` images */
  async compressImages(
    kind: Kind,
    imageCount: number,
    options: CompressionOptions,
  ): Promise<{ seconds: number; cpuMs: number }> {
    const startedAt = performance.now();
    const indexStep = this.processes.length;
    const results = await Promise.all(
      this.processes.map(async (child, firstIndex) => {
        const result = once(child, 'message') as Promise<[RawResult]>;
        child.send({ kind, firstIndex, indexStep, imageCount, options } satisfies RawTask);
        return (await result)[0];
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, cpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
  }

  stop(): void {
    for (const child of this.processes) child.disconnect();
  }
}
