/**
 * Bounds the bytes of downloaded images that wait for a decoder. A limit on their number would
 * not help, because images range from 10 KB to 32 MB.
 */
export class PrefetchBudget {
  private usedBytes = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Waits until fewer bytes than the maximum are used. The size of the next download is still unknown. */
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
