/**
 * Bounds the bytes of downloaded images that wait for a decoder. Bounding their number would not
 * help, because images range from 10 KB to 32 MB.
 */
export class PrefetchBudget {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Waits until the bytes are below the maximum. The size of the next download is still unknown. */
  async waitForBudget(): Promise<void> {
    while (this.held >= this.maxBytes) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Counts downloaded bytes. The returned function releases them. */
  addBytes(bytes: number): () => void {
    this.held += bytes;
    return () => {
      this.held -= bytes;
      for (const wake of this.waiting.splice(0)) wake();
    };
  }
}
