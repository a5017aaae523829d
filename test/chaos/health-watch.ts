import { setTimeout as sleep } from 'node:timers/promises';
import { pulseOf } from '../support/health.js';
import type { Bench } from './bench.js';

const EVERY_MS = 100;

/** Asks `/health/live` all the time; an app that is being killed or started owes no answer. */
export class HealthWatch {
  slowestMs = 0;
  private readonly ended = new AbortController();
  private readonly watching: Promise<void>;

  constructor(private readonly bench: Bench) {
    this.watching = this.watch();
  }

  async end(): Promise<number> {
    this.ended.abort();
    await this.watching;
    return this.slowestMs;
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      if (this.bench.isRunning) {
        const pulse = await pulseOf(this.bench.main).catch(() => undefined);
        if (pulse?.status === 200) this.slowestMs = Math.max(this.slowestMs, pulse.ms);
      }
      await sleep(EVERY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
    }
  }
}
