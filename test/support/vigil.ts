import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';
import { pulseOf } from './health.js';

const EVERY_MS = 50;
/** What is promised, a busy machine left out of account. */
const MAX_MS = Number(process.env.HEALTH_MOST_MS ?? 500);

/** Asks `/health/live` while something hostile goes on. */
export class LivenessMonitor {
  private slowestMs = 0;
  private failures: string[] = [];
  private readonly ended = new AbortController();
  private readonly watching: Promise<void>;
  private readonly pid: number;

  private constructor(private readonly app: TestApp) {
    this.pid = app.pid;
    this.watching = this.watch();
  }

  /** Does `work` while it watches, and fails when the app was not there all the time. */
  static async during<T>(app: TestApp, work: () => Promise<T>): Promise<T> {
    const vigil = new LivenessMonitor(app);
    try {
      return await work();
    } finally {
      await vigil.end();
    }
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      try {
        const { status, ms } = await pulseOf(this.app);
        if (status !== 200) this.failures.push(`status ${status}`);
        this.slowestMs = Math.max(this.slowestMs, ms);
      } catch (error) {
        this.failures.push((error as Error).message);
      }
      await sleep(EVERY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
    }
  }

  private async end(): Promise<void> {
    this.ended.abort();
    await this.watching;
    // Throws when the process is gone.
    process.kill(this.pid, 0);
    if (process.env.HEALTH_TOLD)
      console.log(`/health/live: ${Math.round(this.slowestMs)} ms at most`);
    if (this.slowestMs > MAX_MS) this.failures.push(`${Math.round(this.slowestMs)} ms`);
    if (this.failures.length > 0) {
      throw new Error(`/health/live did not answer as it should: ${this.failures.join(', ')}`);
    }
  }
}
