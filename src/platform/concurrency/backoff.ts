/** Delays in milliseconds. */
export interface Backoff {
  /** Delay before the second attempt. */
  firstMs: number;
  /** Ratio of each delay to the previous one. */
  factor: number;
  /** Maximum delay; unlimited by default. */
  maxMs?: number;
}

/** Fractions of a delay, from 0 to 1. */
export interface Jitter {
  /** Maximum fraction to subtract. */
  minus?: number;
  /** Maximum fraction to add. */
  plus?: number;
}

/**
 * Returns the delay after attempt number `attempt` (from 1), in milliseconds.
 *
 * @example
 * exponentialDelay(3, { firstMs: 2000, factor: 5 }); // 50000
 */
export const exponentialDelay = (
  attempt: number,
  { firstMs, factor, maxMs = Infinity }: Backoff,
): number => Math.min(firstMs * factor ** (attempt - 1), maxMs);

/**
 * Adds random jitter to a delay, so callers that failed together do not retry together.
 *
 * @example
 * withJitter(1000, { minus: 0.2, plus: 0.2 }); // 800 to 1200
 */
export const withJitter = (
  delayMs: number,
  { minus = 0, plus = 0 }: Jitter,
  random: () => number = Math.random,
): number => delayMs * (1 - minus + (minus + plus) * random());
