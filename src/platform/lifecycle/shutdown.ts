import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';

/**
 * The phases of a graceful shutdown, for features that have to act before Nest closes the app:
 * `stopping` begins with the signal, `draining` when the app stops listening.
 */
@Injectable()
export class Shutdown {
  private readonly stop = new AbortController();
  private readonly drain = new AbortController();

  constructor() {
    setMaxListeners(0, this.stop.signal, this.drain.signal);
  }

  /** The app ends soon. Calls are still served; background work is not started any more. */
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

  /** Calls `work` when the app stops listening: long answers have to end. */
  onDrain(work: () => void): void {
    callOnce(this.drain.signal, work);
  }
}

/** The app ends; another instance, or this one after its restart, answers. */
export class AppStoppingError extends AppError {
  constructor() {
    super({
      code: 'app_stopping',
      status: 503,
      message: 'Pressroom is being stopped. No work is lost; try again when it runs.',
      retryAfterMs: 2000,
    });
  }
}

function callOnce(signal: AbortSignal, work: () => void): void {
  if (signal.aborted) work();
  else signal.addEventListener('abort', work, { once: true });
}
