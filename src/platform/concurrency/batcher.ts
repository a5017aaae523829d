interface Waiting<I, O> {
  item: I;
  resolve: (value: O) => void;
  reject: (reason: unknown) => void;
}

export interface BatcherSettings {
  /** Items of one batch at most. */
  maximum?: number;
  /**
   * While batches follow each other, each waits until this many items are there, `lingerMs` at most.
   * A statement costs about the same for one row as for ten. What comes in alone is never held up.
   */
  worthwhile?: number;
  lingerMs?: number | (() => number);
}

/**
 * Group commit: while one batch is under way, what comes in gathers for the next. An idle batcher
 * adds no delay, a busy one makes larger batches.
 */
export class Batcher<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running?: Promise<void>;
  private enough?: () => void;
  private hurried = false;
  private endedAt = -Infinity;
  private readonly settings: Required<BatcherSettings>;

  /** `work` answers in the order of its items. */
  constructor(
    private readonly work: (items: I[]) => Promise<O[]>,
    settings: BatcherSettings = {},
  ) {
    this.settings = { maximum: 500, worthwhile: 1, lingerMs: 0, ...settings };
  }

  /** @param hurry the batch that it comes into is not held up for more */
  add(item: I, { hurry = false } = {}): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.hurried ||= hurry;
      if (this.hurried || this.waiting.length >= this.settings.worthwhile) this.enough?.();
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits or runs any more. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // One turn of the event loop, so that what comes in together goes out together.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      if (!this.hurried) await this.linger();
      this.hurried = false;
      const batch = this.waiting.splice(0, this.settings.maximum);
      try {
        const answers = await this.work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(answers[i]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      this.endedAt = performance.now();
    }
    this.running = undefined;
  }

  private async linger(): Promise<void> {
    const { worthwhile, lingerMs } = this.settings;
    const patienceMs = typeof lingerMs === 'number' ? lingerMs : lingerMs();
    const left = this.endedAt + patienceMs - performance.now();
    if (this.waiting.length >= worthwhile || left <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.enough = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.enough = undefined;
  }
}
