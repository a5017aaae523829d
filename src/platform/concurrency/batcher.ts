interface Waiting<I, O> {
  item: I;
  resolve: (value: O) => void;
  reject: (reason: unknown) => void;
}

export interface BatcherSettings {
  /** Maximum number of items in a batch (default 500). */
  maxBatchSize?: number;
  /**
   * While batches follow each other, a batch waits for this number of items, at most `maxWaitMs`. A
   * statement costs about the same for one row as for ten. The first item after a pause never waits.
   */
  minBatchSize?: number;
  /** Maximum time since the previous batch, in milliseconds. */
  maxWaitMs?: number | (() => number);
}

/**
 * Group commit: items that arrive while a batch runs form the next batch. An idle batcher adds no delay.
 * A busy one makes larger batches.
 */
export class Batcher<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running?: Promise<void>;
  private flushNow?: () => void;
  private flushRequested = false;
  private endedAt = -Infinity;
  private readonly settings: Required<BatcherSettings>;

  /** @param work returns one result per item, in the order of the items */
  constructor(
    private readonly work: (items: I[]) => Promise<O[]>,
    settings: BatcherSettings = {},
  ) {
    this.settings = { maxBatchSize: 500, minBatchSize: 1, maxWaitMs: 0, ...settings };
  }

  /** @param flush starts the batch of this item without waiting for more items */
  add(item: I, { flush = false } = {}): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.flushRequested ||= flush;
      if (this.flushRequested || this.waiting.length >= this.settings.minBatchSize) {
        this.flushNow?.();
      }
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // After one turn of the event loop, items that were added together form one batch.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      if (!this.flushRequested) await this.waitForMore();
      this.flushRequested = false;
      const batch = this.waiting.splice(0, this.settings.maxBatchSize);
      try {
        const results = await this.work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(results[i]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      this.endedAt = performance.now();
    }
    this.running = undefined;
  }

  private async waitForMore(): Promise<void> {
    const { minBatchSize, maxWaitMs } = this.settings;
    const waitMs = typeof maxWaitMs === 'number' ? maxWaitMs : maxWaitMs();
    const left = this.endedAt + waitMs - performance.now();
    if (this.waiting.length >= minBatchSize || left <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.flushNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.flushNow = undefined;
  }
}
