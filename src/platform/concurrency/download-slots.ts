import { AppError } from '../errors/app-error.js';
import { FairSemaphore } from './fair-semaphore.js';
import { CONCURRENCY_ERRORS } from './error-table.js';

export class TooManyDownloadsError extends AppError {
  constructor() {
    super(CONCURRENCY_ERRORS.too_many_downloads, { retryAfterMs: 5000 });
  }
}

/**
 * Limits concurrent downloads. A download waits for a slot for a limited time, because most downloads are
 * short.
 */
export class DownloadSlots {
  private readonly slots: FairSemaphore;

  /**
   * @param size maximum number of concurrent downloads
   * @param ownerCount number of owners (names of API keys) that share the slots; 1 without keys
   * @param maxWaitMs time after which a waiting download is rejected
   */
  constructor(
    size: number,
    ownerCount: number,
    private readonly maxWaitMs: number,
  ) {
    this.slots = new FairSemaphore(size, ownerCount);
  }

  /**
   * Waits for a slot.
   * @param signal aborts the wait, for example because the client disconnected
   * @returns a function that releases the slot; calling it again has no effect
   * @throws TooManyDownloadsError, or the reason of `signal`
   */
  async acquireSlot(owner: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const waitController = new AbortController();
    const abort = () => waitController.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(
      () => waitController.abort(new TooManyDownloadsError()),
      this.maxWaitMs,
    );
    try {
      return await this.slots.acquire(owner, waitController.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}
