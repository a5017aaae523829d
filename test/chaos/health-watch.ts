import { setTimeout as sleep } from 'node:timers/promises';
import { measureHealth } from '../support/health.js';
import type { ChaosFixture } from './chaos-fixture.js';

const POLL_INTERVAL_MS = 100;

/** Calls `/health/live` continuously. While the app is stopped, no response is expected. */
export class HealthWatch {
  slowestMs = 0;
  private readonly abortController = new AbortController();
  private readonly polling: Promise<void>;

  constructor(private readonly fixture: ChaosFixture) {
    this.polling = this.poll();
  }

  /** Stops the calls. Returns the slowest response time in milliseconds. */
  async stop(): Promise<number> {
    this.abortController.abort();
    await this.polling;
    return this.slowestMs;
  }

  private async poll(): Promise<void> {
    while (!this.abortController.signal.aborted) {
      if (this.fixture.isRunning) {
        const health = await measureHealth(this.fixture.main).catch(() => undefined);
        if (health?.status === 200) this.slowestMs = Math.max(this.slowestMs, health.ms);
      }
      await sleep(POLL_INTERVAL_MS, undefined, { signal: this.abortController.signal }).catch(
        () => undefined,
      );
    }
  }
}
