/** A new host gets this many: about what a browser opens. */
const INITIAL_LIMIT = 8;
/** Many downloads see one overload; it counts once. */
const OVERLOAD_MS = 1000;

/**
 * How many downloads one host gets at the same time. Additive increase, multiplicative decrease (as
 * TCP, RFC 5681): each round of successes adds one, an overload (refused, timed out, 5xx) halves the
 * limit. A distant host so gets the many that hide its latency, and a weak one few.
 */
export class AdaptiveConcurrency {
  limit: number;
  private successes = 0;
  private loweredAt = -Infinity;

  constructor(
    private readonly max: number,
    private readonly now: () => number = Date.now,
  ) {
    this.limit = Math.min(INITIAL_LIMIT, max);
  }

  recordSuccess(): void {
    this.successes += 1;
    if (this.successes < this.limit || this.limit >= this.max) return;
    this.limit += 1;
    this.successes = 0;
  }

  recordOverload(): void {
    if (this.now() - this.loweredAt < OVERLOAD_MS) return;
    this.limit = Math.max(1, Math.floor(this.limit / 2));
    this.successes = 0;
    this.loweredAt = this.now();
  }
}
