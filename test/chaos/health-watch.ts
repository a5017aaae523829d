import { setTimeout as sleep } from 'node:timers/promises';
import { measureHealth } from '../support/health.js';
import type { Bench } from './bench.js';

const INTERVAL_MS = 100;

/** Calls `/health/live` continuously. While the app is stopped, no response is expected. */
export class HealthWatch {
  slowestMs = 0;
  private readonly ended = new AbortController();
  private readonly watching: Promise<void>;

  constructor(private readonly bench: Bench) {
    this.watching = this.watch();
  }

  /** Returns the slowest answer, in milliseconds. */
  async end(): Promise<number> {
    this.ended.abort();
    await this.watching;
    return this.slowestMs;
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      if (this.bench.isRunning) {
        const health = await measureHealth(this.bench.main).catch(() => undefined);
        if (health?.status === 200) this.slowestMs = Math.max(this.slowestMs, health.ms);
      }
      await sleep(INTERVAL_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
    }
  }
}
