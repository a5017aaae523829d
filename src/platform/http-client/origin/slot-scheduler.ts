/** The queue of one host, for the scheduler. */
export interface WaitingHost {
  readonly hasWaiting: boolean;
  readonly hasFreeSlot: boolean;
  /** Starts the download that has waited longest. */
  startNext(): void;
}

/**
 * Limits the number of concurrent downloads and serves waiting hosts in turn (round robin). A host with a
 * thousand waiting downloads does not delay a host with two.
 */
export class SlotScheduler {
  private running = 0;
  /** Insertion order is the order of turns: a served host goes to the end. */
  private readonly waiting = new Set<WaitingHost>();

  /** @param total number of slots for all hosts */
  constructor(private readonly total: number) {}

  /** Concurrent downloads now, and their maximum. */
  get usage(): { running: number; max: number } {
    return { running: this.running, max: this.total };
  }

  get isFull(): boolean {
    return this.running >= this.total;
  }

  occupySlot(): void {
    this.running += 1;
  }

  freeSlot(): void {
    this.running -= 1;
    for (const host of this.waiting) {
      if (this.isFull) return;
      if (!host.hasFreeSlot) continue;
      this.waiting.delete(host);
      host.startNext();
      if (host.hasWaiting) this.waiting.add(host);
    }
  }

  addWaiting(host: WaitingHost): void {
    this.waiting.add(host);
  }

  removeWaiting(host: WaitingHost): void {
    this.waiting.delete(host);
  }
}
