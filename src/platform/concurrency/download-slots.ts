import { AppError } from '../errors/app-error.js';
import { FairSemaphore } from './fair-semaphore.js';
import { CONCURRENCY_ERRORS } from './error-table.js';

export class TooManyDownloadsError extends AppError {
  constructor() {
    super(CONCURRENCY_ERRORS.too_many_downloads, { retryAfterMs: 5000 });
  }
}

/** Limits concurrent downloads. A download waits a bounded time for a slot: most of them are short. */
export class DownloadSlots {
  private readonly slots: FairSemaphore;

  /**
   * @param size maximum number of concurrent downloads
   * @param owners names of API keys that share the slots; 1 without keys
   * @param maxWaitMs time after which a waiting download is rejected
   */
  constructor(
    size: number,
    owners: number,
    private readonly maxWaitMs: number,
  ) {
    this.slots = new FairSemaphore(size, owners);
  }

  /**
   * Waits for a slot.
   * @param signal aborts the wait, for example because the client disconnected
   * @returns releases the slot; further calls have no effect
   * @throws TooManyDownloadsError, the reason of `signal`
   */
  async acquire(owner: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const wait = new AbortController();
    const abort = () => wait.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(() => wait.abort(new TooManyDownloadsError()), this.maxWaitMs);
    try {
      return await this.slots.acquire(owner, wait.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}
