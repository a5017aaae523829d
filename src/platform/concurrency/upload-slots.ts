import { AppError } from '../errors/app-error.js';
import { FairSemaphore } from './fair-semaphore.js';

/** Longer than a slow upload may go on while another owner waits (`min-upload-speed.ts`). */
const MAX_WAIT_MS = 45_000;

export class TooManyUploadsError extends AppError {
  constructor() {
    super({
      code: 'too_many_uploads',
      status: 429,
      message: 'Too many uploads are running at once. Try again in a moment.',
      retry: 'later',
      retryAfterMs: 10_000,
    });
  }
}

/** The owner held more than its share of the slots while another owner waited. */
export class UploadDisplacedError extends AppError {
  constructor() {
    super({
      code: 'upload_displaced',
      status: 429,
      message:
        'This API key had more uploads under way than its share, and another key waited. Nothing was stored. Send the upload again after Retry-After.',
      retry: 'later',
      retryAfterMs: 30_000,
    });
  }
}

export interface UploadSlotOptions {
  /** Aborts when the client has left. */
  signal?: AbortSignal;
  /** Ends the upload: its owner holds more than its share, and another owner waits. */
  onEvict?: () => void;
}

/**
 * Limits concurrent uploads, dry runs and uploads of corrections. An upload holds a database connection for as long as its
 * client sends. Half of the connections at most go to uploads, so that slow clients can't keep the
 * rest of the app from the database.
 */
export class UploadSlots {
  private readonly places: FairSemaphore;

  constructor(
    size: number,
    owners: number,
    private readonly maxWaitMs = MAX_WAIT_MS,
  ) {
    this.places = new FairSemaphore(size, owners);
  }

  /** Whether an owner without an upload under way waits for a slot. */
  get hasExcludedOwner(): boolean {
    return this.places.hasExcludedOwner;
  }

  /**
   * @returns gives the slot back; may be called twice
   * @throws TooManyUploadsError
   */
  async take(owner: string, { signal, onEvict }: UploadSlotOptions = {}): Promise<() => void> {
    // No `AbortSignal.timeout` inside `AbortSignal.any`: nothing references that timeout, so it may be
    // garbage-collected before it fires, and the upload would wait for good.
    const waiting = new AbortController();
    const stopWaiting = () => waiting.abort();
    const timer = setTimeout(stopWaiting, this.maxWaitMs);
    signal?.addEventListener('abort', stopWaiting);
    if (signal?.aborted) stopWaiting();
    try {
      return await this.places.acquire(owner, waiting.signal, onEvict);
    } catch {
      throw new TooManyUploadsError();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stopWaiting);
    }
  }
}
