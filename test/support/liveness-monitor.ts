import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';
import { measureHealth } from './health.js';

const POLL_INTERVAL_MS = 50;
/** Maximum response time, excluding the time that the app waits for a CPU core. */
const MAX_RESPONSE_MS = Number(process.env.HEALTH_MAX_MS ?? 500);

/** Polls `/health/live` while a test puts the app under a hostile load. */
export class LivenessMonitor {
  private slowestMs = 0;
  private failures: string[] = [];
  private readonly abortController = new AbortController();
  private readonly polling: Promise<void>;
  private readonly pid: number;

  private constructor(private readonly app: TestApp) {
    this.pid = app.pid;
    this.polling = this.poll();
  }

  /** Runs `work`. Throws if the app responded too slowly, or not at all, during that time. */
  static async during<T>(app: TestApp, work: () => Promise<T>): Promise<T> {
    const monitor = new LivenessMonitor(app);
    try {
      return await work();
    } finally {
      await monitor.end();
    }
  }

  private async poll(): Promise<void> {
    while (!this.abortController.signal.aborted) {
      try {
        const { status, ms } = await measureHealth(this.app);
        if (status !== 200) this.failures.push(`status ${status}`);
        this.slowestMs = Math.max(this.slowestMs, ms);
      } catch (error) {
        this.failures.push((error as Error).message);
      }
      await sleep(POLL_INTERVAL_MS, undefined, { signal: this.abortController.signal }).catch(
        () => undefined,
      );
    }
  }

  private async end(): Promise<void> {
    this.abortController.abort();
    await this.polling;
    // Throws if the process has exited.
    process.kill(this.pid, 0);
    if (process.env.HEALTH_LOG)
      console.log(`/health/live: ${Math.round(this.slowestMs)} ms at most`);
    if (this.slowestMs > MAX_RESPONSE_MS)
      this.failures.push(`slowest response ${Math.round(this.slowestMs)} ms`);
    if (this.failures.length > 0) {
      throw new Error(`/health/live failed: ${this.failures.join(', ')}`);
    }
  }
}
