/** Initial limit of a host, similar to the number of connections that a browser opens. */
const INITIAL_LIMIT = 8;
/** Time after an overload in which further failures do not lower the limit again. */
const OVERLOAD_COOLDOWN_MS = 1000;

/**
 * Limits concurrent downloads from one host by additive increase, multiplicative decrease (like TCP, RFC
 * 5681). Each round of successes raises the limit by one. An overload (refused, timed out, 5xx) halves it.
 * A distant host gets many downloads, which hides its latency; a weak host gets few.
 */
export class AdaptiveConcurrencyLimit {
  limit: number;
  private successCount = 0;
  private loweredAt = -Infinity;

  constructor(
    private readonly maxLimit: number,
    private readonly now: () => number = Date.now,
  ) {
    this.limit = Math.min(INITIAL_LIMIT, maxLimit);
  }

  recordSuccess(): void {
    this.successCount += 1;
    if (this.successCount < this.limit || this.limit >= this.maxLimit) return;
    this.limit += 1;
    this.successCount = 0;
  }

  recordOverload(): void {
    if (this.now() - this.loweredAt < OVERLOAD_COOLDOWN_MS) return;
    this.limit = Math.max(1, Math.floor(this.limit / 2));
    this.successCount = 0;
    this.loweredAt = this.now();
  }
}
