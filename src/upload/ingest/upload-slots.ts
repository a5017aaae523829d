import { setTimeout as sleep } from 'node:timers/promises';
import { TooManyUploadsError } from '../upload-errors.js';

/**
 * Each upload holds a database connection for as long as its client sends. Half of the connections
 * at most go to uploads, so that slow clients can't keep the rest of the app from the database.
 */
export class UploadSlots {
  private taken = 0;

  constructor(
    private readonly size: number,
    private readonly patienceMs = 10_000,
  ) {}

  /** @returns gives the slot back; may be called twice */
  async take(): Promise<() => void> {
    const deadline = Date.now() + this.patienceMs;
    while (this.taken >= this.size) {
      if (Date.now() >= deadline) throw new TooManyUploadsError();
      await sleep(50);
    }
    this.taken++;
    let given = false;
    return () => {
      if (!given) this.taken--;
      given = true;
    };
  }
}
