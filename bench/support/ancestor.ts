import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AncestorTask } from './ancestor-process.js';
import { startChild } from './child.js';

/** What did this job before: one image at a time, in one process. */
export class Ancestor {
  private constructor(private readonly child: ChildProcess) {}

  /** @param folder where the compressed files go */
  static async start(folder: string): Promise<Ancestor> {
    mkdirSync(folder, { recursive: true });
    return new Ancestor((await startChild('ancestor-process.ts', [folder])).child);
  }

  async secondsFor(urls: string[]): Promise<number> {
    const from = performance.now();
    const done = once(this.child, 'message');
    this.child.send({ urls } satisfies AncestorTask);
    await done;
    return (performance.now() - from) / 1000;
  }

  stop(): void {
    this.child.disconnect();
  }
}
