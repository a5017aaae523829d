import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';
import { measureHealth } from './health.js';

const EVERY_MS = 50;
/** Maximum response time. Waits for a core do not count. */
const MAX_MS = Number(process.env.HEALTH_MAX_MS ?? 500);

/** Polls `/health/live` while a test runs hostile work. */
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

  /** Runs `work`. Fails if the app did not answer in time during the work. */
  static async during<T>(app: TestApp, work: () => Promise<T>): Promise<T> {
    const monitor = new LivenessMonitor(app);
    try {
      return await work();
    } finally {
      await monitor.end();
    }
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      try {
        const { status, ms } = await measureHealth(this.app);
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
    // Throws if the process has exited.
    process.kill(this.pid, 0);
    if (process.env.HEALTH_LOG)
      console.log(`/health/live: ${Math.round(this.slowestMs)} ms at most`);
    if (this.slowestMs > MAX_MS) this.failures.push(`${Math.round(this.slowestMs)} ms`);
    if (this.failures.length > 0) {
      throw new Error(`/health/live failed: ${this.failures.join(', ')}`);
    }
  }
}
