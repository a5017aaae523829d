import type { FairSemaphore } from '../../../platform/concurrency/fair-semaphore.js';
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
  constructor(
    private readonly slots: FairSemaphore,
    private readonly maxWaitMs = MAX_WAIT_MS,
  ) {}

  /** Whether an owner without an upload under way waits for a slot. */
  get hasExcludedOwner(): boolean {
    return this.slots.hasExcludedOwner;
  }

  /**
   * @returns gives the slot back; may be called twice
   * @throws TooManyUploadsError
   */
  async take(owner: string, { signal, onEvict }: UploadSlotOptions = {}): Promise<() => void> {
    const signals = [AbortSignal.timeout(this.maxWaitMs), ...(signal ? [signal] : [])];
    return this.slots.acquire(owner, AbortSignal.any(signals), onEvict).catch(() => {
      throw new TooManyUploadsError();
    });
  }
}
