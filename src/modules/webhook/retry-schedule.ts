/** Receivers that fail together should not be called together again: up to a fifth is added. */
const JITTER = 0.2;

/**
 * Pause before the next try, in milliseconds; undefined when there is none any more.
 * @param schedule pauses before the first, second, … try (`WEBHOOK_RETRY_SCHEDULE`)
 * @param attempts tries so far
 * @param retryAfterMs what the receiver asked for; never shortens the pause
 */
export function pauseBeforeNextTry(
  schedule: number[],
  attempts: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number | undefined {
  if (attempts >= schedule.length) return undefined;
  return Math.max(schedule[attempts] * (1 + JITTER * random()), retryAfterMs);
}
