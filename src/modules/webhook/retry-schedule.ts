import { withJitter } from '../../platform/concurrency/backoff.js';

const JITTER = { plus: 0.2 };

/**
 * Returns the delay before the next attempt, in milliseconds; undefined after the last attempt.
 * @param schedule delays before the first, second, … attempt (`WEBHOOK_RETRY_SCHEDULE`)
 * @param attemptCount number of attempts so far
 * @param retryAfterMs delay requested by the receiver; never shortens the scheduled delay
 */
export function getDelayBeforeNextAttempt(
  schedule: number[],
  attemptCount: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number | undefined {
  if (attemptCount >= schedule.length) return undefined;
  return Math.max(withJitter(schedule[attemptCount], JITTER, random), retryAfterMs);
}
