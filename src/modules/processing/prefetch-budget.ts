/**
 * Limits the total size of downloaded images that wait for a decoder. Limiting their number would
 * not help, because images range from 10 KB to 32 MB.
 */
export class PrefetchBudget {
  private usedBytes = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Waits until the used bytes are below the maximum. The next download may exceed it, because its size is unknown. */
  async waitForBudget(): Promise<void> {
    while (this.usedBytes >= this.maxBytes) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  /** Counts downloaded bytes. The returned function releases them. */
  addBytes(bytes: number): () => void {
    this.usedBytes += bytes;
    return () => {
      this.usedBytes -= bytes;
      for (const resolve of this.waiters.splice(0)) resolve();
    };
  }
}
