/** Maximum delay. Longer values are capped. */
export const MAX_RETRY_AFTER_MS = 15 * 60 * 1000;

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3): seconds or an HTTP date. Shopify sends
 * seconds with decimals.
 * @returns milliseconds from `now`, at most `maxMs`; undefined when absent or malformed
 */
export function parseRetryAfter(
  value: string | undefined,
  now = Date.now(),
  maxMs = MAX_RETRY_AFTER_MS,
): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxMs);
}

/** Parses an HTTP date, which begins with its weekday. `Date.parse` alone would accept `-5`. */
function parseHttpDate(text: string): number {
  return /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
