interface WaitingItem<I, O> {
  item: I;
  resolve: (value: O) => void;
  reject: (reason: unknown) => void;
}

export interface BatcherSettings {
  /** Maximum number of items in a batch (default 500). */
  maxBatchSize?: number;
  /**
   * Number of items for which a batch waits if it directly follows another one. The wait is limited by `maxWaitMs`.
   * A statement costs about the same for one row as for ten. The first item after a pause never waits.
   */
  minBatchSize?: number;
  /** Maximum time since the previous batch, in milliseconds. */
  maxWaitMs?: number | (() => number);
}

/**
 * Group commit: items that arrive while a batch runs form the next batch. An idle batcher adds no delay. A
 * busy batcher forms larger batches.
 */
export class Batcher<I, O> {
  private waitingItems: WaitingItem<I, O>[] = [];
  private currentRun?: Promise<void>;
  private flushNow?: () => void;
  private isFlushRequested = false;
  private lastBatchEndedAt = -Infinity;
  private readonly settings: Required<BatcherSettings>;

  /** @param runBatch returns one result per item, in the same order */
  constructor(
    private readonly runBatch: (items: I[]) => Promise<O[]>,
    settings: BatcherSettings = {},
  ) {
    this.settings = { maxBatchSize: 500, minBatchSize: 1, maxWaitMs: 0, ...settings };
  }

  /** @param flush starts the batch of this item without waiting for more */
  addItem(item: I, { flush = false } = {}): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waitingItems.push({ item, resolve, reject });
      this.isFlushRequested ||= flush;
      if (this.isFlushRequested || this.waitingItems.length >= this.settings.minBatchSize) {
        this.flushNow?.();
      }
      this.currentRun ??= this.runBatches();
    });
  }

  private async runBatches(): Promise<void> {
    // Waiting for one turn of the event loop puts items that were added together into one batch.
    await new Promise(setImmediate);
    while (this.waitingItems.length > 0) {
      if (!this.isFlushRequested) await this.waitForMoreItems();
      this.isFlushRequested = false;
      const batch = this.waitingItems.splice(0, this.settings.maxBatchSize);
      try {
        const results = await this.runBatch(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(results[i]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      this.lastBatchEndedAt = performance.now();
    }
    this.currentRun = undefined;
  }

  private async waitForMoreItems(): Promise<void> {
    const { minBatchSize, maxWaitMs } = this.settings;
    const waitMs = typeof maxWaitMs === 'number' ? maxWaitMs : maxWaitMs();
    const remainingMs = this.lastBatchEndedAt + waitMs - performance.now();
    if (this.waitingItems.length >= minBatchSize || remainingMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, remainingMs);
      this.flushNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.flushNow = undefined;
  }
}
