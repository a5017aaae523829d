import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CompressionOptions } from '../../src/platform/compression/compression-options.js';
import type { Kind } from './corpus.js';
import type { RawResult, RawTask } from './raw-sharp-process.js';

const SCRIPT_PATH = fileURLToPath(new URL('pillow-process.py', import.meta.url));
/** Python interpreter with Pillow. */
const PYTHON = process.env.PYTHON ?? 'python3';

interface PillowProcess {
  child: ChildProcess;
  lines: AsyncIterator<string>;
}

/** Runs Pillow's default JPEG encoder without the app, in as many processes as the app has decoders. */
export class Pillow {
  private constructor(private readonly processes: PillowProcess[]) {}

  /** @returns undefined if Python or Pillow is not installed */
  static async start(corpusFolder: string, processCount: number): Promise<Pillow | undefined> {
    const isInstalled = await promisify(execFile)(PYTHON, ['-c', 'import PIL']).then(
      () => true,
      () => false,
    );
    if (!isInstalled) return undefined;
    const startedProcesses = Array.from({ length: processCount }, () => {
      const child = spawn(PYTHON, [SCRIPT_PATH, corpusFolder], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    await Promise.all(startedProcesses.map(({ lines }) => lines.next()));
    return new Pillow(startedProcesses);
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
      this.processes.map(async ({ child, lines }, firstIndex) => {
        const task: RawTask = { kind, firstIndex, indexStep, imageCount, options };
        child.stdin!.write(`${JSON.stringify(task)}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error('Pillow stopped; see its output.');
        return JSON.parse(value) as RawResult;
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, cpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
  }

  async stop(): Promise<void> {
    for (const { child } of this.processes) {
      const exitEvent = once(child, 'exit');
      child.stdin!.end();
      await exitEvent;
    }
  }
}
