import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { LIFECYCLE_ERRORS } from './error-table.js';

/**
 * Phases of a graceful shutdown, for modules that act before Nest closes the app. The app is stopping once
 * it receives the stop signal, and draining once it stops listening.
 */
@Injectable()
export class Shutdown {
  private readonly stopController = new AbortController();
  private readonly drainController = new AbortController();

  constructor() {
    setMaxListeners(0, this.stopController.signal, this.drainController.signal);
  }

  /** True after the stop signal. The app still serves calls but starts no new background work. */
  get isStopping(): boolean {
    return this.stopController.signal.aborted;
  }

  beginStop(): void {
    this.stopController.abort();
  }

  beginDrain(): void {
    this.drainController.abort();
  }

  /** Calls `work` when the app begins to stop. `work` handles its own errors. */
  onStop(work: () => void): void {
    callOnce(this.stopController.signal, work);
  }

  /** Calls `work` when the app stops listening, for example to end long responses. */
  onDrain(work: () => void): void {
    callOnce(this.drainController.signal, work);
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
