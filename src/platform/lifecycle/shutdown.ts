import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { LIFECYCLE_ERRORS } from './error-table.js';

/**
 * Phases of a graceful shutdown, for modules that act before Nest closes the app. `stopping` begins with
 * the signal, `draining` when the app stops listening.
 */
@Injectable()
export class Shutdown {
  private readonly stop = new AbortController();
  private readonly drain = new AbortController();

  constructor() {
    setMaxListeners(0, this.stop.signal, this.drain.signal);
  }

  /** True from the signal on. Calls are still served; no new background work starts. */
  get isStopping(): boolean {
    return this.stop.signal.aborted;
  }

  beginStop(): void {
    this.stop.abort();
  }

  beginDrain(): void {
    this.drain.abort();
  }

  /** Calls `work` when the app begins to stop. `work` handles its own errors. */
  onStop(work: () => void): void {
    callOnce(this.stop.signal, work);
  }

  /** Calls `work` when the app stops listening. Long responses must then end. */
  onDrain(work: () => void): void {
    callOnce(this.drain.signal, work);
  }
}

/**
 * Rejects a call during shutdown. Clients retry with another instance, or with this one after its
 * restart.
 */
export class AppStoppingError extends AppError {
  constructor() {
    super(LIFECYCLE_ERRORS.app_stopping, { retryAfterMs: 2000 });
  }
}

function callOnce(signal: AbortSignal, work: () => void): void {
  if (signal.aborted) work();
  else signal.addEventListener('abort', work, { once: true });
}
