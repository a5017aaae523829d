import type { ChildProcess } from 'node:child_process';
import { startChild } from './child.js';
import type { Kind } from './corpus.js';

/** Where the images of a run come from. */
export class Origin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(corpusFolder: string): Promise<Origin> {
    const { child, first } = await startChild('origin-process.ts', [corpusFolder]);
    return new Origin(child, first as number);
  }

  /** The entry of `OUTBOUND_ALLOW` that opens it. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @param salt another one gives other bytes. */
  url(kind: Kind, number: number, salt: string, latencyMs = 0): string {
    return `http://127.0.0.1:${this.port}/${latencyMs}/${kind}/${number}-${salt}`;
  }

  stop(): void {
    this.child.disconnect();
  }
}
