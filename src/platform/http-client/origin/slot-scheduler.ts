/** The queue of one host, as the scheduler sees it. */
export interface WaitingHost {
  readonly hasWaitingDownloads: boolean;
  readonly hasFreeSlot: boolean;
  /** Starts the download that has waited longest. */
  startNextDownload(): void;
}

/**
 * Limits the number of concurrent downloads and serves waiting hosts in turn (round robin). A host with a
 * thousand waiting downloads does not delay a host with two.
 */
export class SlotScheduler {
  private runningCount = 0;
  /** Hosts in the order of their turns. A served host moves to the end. */
  private readonly waitingHosts = new Set<WaitingHost>();

  /** @param totalSlots number of slots for all hosts */
  constructor(private readonly totalSlots: number) {}

  /** Number of running downloads, and the maximum. */
  get usage(): { running: number; max: number } {
    return { running: this.runningCount, max: this.totalSlots };
  }

  get isFull(): boolean {
    return this.runningCount >= this.totalSlots;
  }

  occupySlot(): void {
    this.runningCount += 1;
  }

  freeSlot(): void {
    this.runningCount -= 1;
    for (const host of this.waitingHosts) {
      if (this.isFull) return;
      if (!host.hasFreeSlot) continue;
      this.waitingHosts.delete(host);
      host.startNextDownload();
      if (host.hasWaitingDownloads) this.waitingHosts.add(host);
    }
  }

  addWaitingHost(host: WaitingHost): void {
    this.waitingHosts.add(host);
  }

  removeWaitingHost(host: WaitingHost): void {
    this.waitingHosts.delete(host);
  }
}
