/** A server that asks for more than this is asked again after 15 minutes all the same. */
export const MAX_RETRY_AFTER_MS = 15 * 60 * 1000;

/**
 * `Retry-After` as RFC 9110, section 10.2.3 has it: seconds or an HTTP date.
 * @returns milliseconds from `now`, at most {@link MAX_RETRY_AFTER_MS}; undefined when absent or malformed.
 */
export function parseRetryAfter(
  value: string | undefined,
  now = Date.now(),
  longestMs = MAX_RETRY_AFTER_MS,
): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : httpDate(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestMs);
}

/** `Date.parse` takes `-5` and `1.5` for dates; an HTTP date begins with its weekday. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
