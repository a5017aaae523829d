import { FairSemaphore } from '../../../platform/concurrency/fair-semaphore.js';
import { TooManyUploadsError } from '../upload-errors.js';

/** Longer than a slow upload may go on while another owner waits (`min-upload-speed.ts`). */
const MAX_WAIT_MS = 45_000;

export interface UploadSlotOptions {
  /** Aborts when the client has left. */
  signal?: AbortSignal;
  /** Ends the upload: its owner holds more than its share, and another owner waits. */
  onEvict?: () => void;
}

/**
 * Limits concurrent uploads and dry runs. An upload holds a database connection for as long as its
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
