import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { FlaskBaselineTask } from './flask-baseline-process.js';
import { startChild } from './child.js';

/** Processes images like the former Flask program: one at a time, in one process. */
export class FlaskBaseline {
  private constructor(private readonly child: ChildProcess) {}

  /** @param folder folder for the compressed files */
  static async start(folder: string): Promise<FlaskBaseline> {
    mkdirSync(folder, { recursive: true });
    return new FlaskBaseline((await startChild('flask-baseline-process.ts', [folder])).child);
  }

  async measureSeconds(urls: string[]): Promise<number> {
    const startedAt = performance.now();
    const doneEvent = once(this.child, 'message');
    this.child.send({ urls } satisfies FlaskBaselineTask);
    await doneEvent;
    return (performance.now() - startedAt) / 1000;
  }

  stop(): void {
    this.child.disconnect();
  }
}
