import { AppError } from '../errors/app-error.js';
import { CONCURRENCY_ERRORS } from './error-table.js';
import type { FairSemaphore } from './fair-semaphore.js';

/** Maximum wait in milliseconds. Slow uploads end sooner while another owner waits (`min-upload-speed.ts`). */
const MAX_WAIT_MS = 45_000;

export class TooManyUploadsError extends AppError {
  constructor() {
    super(CONCURRENCY_ERRORS.too_many_uploads, { retryAfterMs: 10_000 });
  }
}

/** The owner held more than its share of the slots while another owner waited. */
export class UploadDisplacedError extends AppError {
  constructor() {
    super(CONCURRENCY_ERRORS.upload_displaced, { retryAfterMs: 30_000 });
  }
}

export interface UploadSlotOptions {
  /** Aborts when the client disconnects. */
  signal?: AbortSignal;
  /** Called to end the upload if its owner holds more than its share while another owner waits. */
  onEvict?: () => void;
}

/**
 * Limits concurrent uploads, dry runs and correction uploads. An upload holds a database connection while
 * its client sends data. Uploads get at most half of the connections, so slow clients cannot block all
 * other work.
 */
export class UploadSlots {
  constructor(
    private readonly semaphore: FairSemaphore,
    private readonly maxWaitMs = MAX_WAIT_MS,
  ) {}

  /** True while an owner without a running upload waits for a slot. */
  get hasExcludedOwner(): boolean {
    return this.semaphore.hasExcludedOwner;
  }

  /**
   * @returns a function that releases the slot; calling it again has no effect
   * @throws TooManyUploadsError
   */
  async acquireSlot(
    owner: string,
    { signal, onEvict }: UploadSlotOptions = {},
  ): Promise<() => void> {
    // `AbortSignal.timeout` inside `AbortSignal.any` may be garbage-collected before it fires, because nothing
    // references it. The upload would then wait forever.
    const waitController = new AbortController();
    const stopWaiting = () => waitController.abort();
    const timer = setTimeout(stopWaiting, this.maxWaitMs);
    signal?.addEventListener('abort', stopWaiting);
    if (signal?.aborted) stopWaiting();
    try {
      return await this.semaphore.acquire(owner, waitController.signal, onEvict);
    } catch {
      throw new TooManyUploadsError();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stopWaiting);
    }
  }
}
