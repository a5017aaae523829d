/**
 * Bounds the bytes of images that were downloaded and wait for a decoder. The count of images is no
 * bound: theirs may be 10 KB or 32 MB each.
 */
export class PrefetchBudget {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Waits until there is room for another download, however large it will turn out. */
  async room(): Promise<void> {
    while (this.held >= this.maxBytes) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** @returns gives the bytes back */
  hold(bytes: number): () => void {
    this.held += bytes;
    return () => {
      this.held -= bytes;
      for (const wake of this.waiting.splice(0)) wake();
    };
  }
}
