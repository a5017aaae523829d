import type { ChildProcess } from 'node:child_process';
import { startChild } from './child.js';
import type { Kind } from './corpus.js';

/** Runs the process that serves the images of a benchmark. */
export class Origin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(corpusFolder: string): Promise<Origin> {
    const { child, firstMessage } = await startChild('origin-process.ts', [corpusFolder]);
    return new Origin(child, firstMessage as number);
  }

  /** Returns the `OUTBOUND_ALLOW` entry that permits this server. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @param salt a different salt results in different image bytes */
  url(kind: Kind, number: number, salt: string, latencyMs = 0): string {
    return `http://127.0.0.1:${this.port}/${latencyMs}/${kind}/${number}-${salt}`;
  }

  stop(): void {
    this.child.disconnect();
  }
}
