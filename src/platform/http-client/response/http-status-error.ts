import { OutboundError } from '../outbound-errors.js';
import { parseRetryAfter } from './retry-after.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/**
 * Statuses of a rate limit. Shopify returns 430, older APIs return 420, and hosts with a traffic or load
 * limit return 509 or 529. Some hosts return 403 with `Retry-After`.
 */
const RATE_LIMIT_STATUSES = new Set([420, 429, 430, 503, 509, 529]);
const TOO_MANY_REQUESTS_STATUSES = new Set([403, 420, 429, 430]);

/**
 * Temporary statuses. 202 means that the image is still being generated. 421 requests another
 * connection. Cloudflare returns 520 to 530 for an origin that did not respond. Overloaded hosts and
 * proxies return 508, 509, 529, 598 and 599.
 */
const TEMPORARY_STATUSES = new Set([
  202, 408, 420, 421, 425, 429, 430, 500, 502, 503, 504, 507, 508, 509, 520, 521, 522, 523, 524,
  525, 526, 527, 529, 530, 598, 599,
]);

const RATE_LIMIT_ADVICE = 'it is receiving too many requests. Retry later.';

const ADVICE_BY_STATUS: Record<number, string> = {
  202: 'it is still generating the file. Retry later.',
  401: 'it requires authentication. Make the file public, or use a signed URL.',
  404: 'there is no file at this URL. Correct the URL and upload the row again.',
  410: 'the file was removed, or the URL has expired. Correct the URL, or export the catalog again, then upload the row again.',
};

/** The server responded without the file. */
export class HttpStatusError extends OutboundError {
  readonly httpStatus: number;
  /** True if the host limits requests, which affects all its images. */
  readonly isRateLimit: boolean;

  /** @param userAgent the `User-Agent` that was sent; some servers reject unknown ones */
  constructor(host: string, status: number, retryAfter?: string, userAgent?: string) {
    const retryAfterMs = parseRetryAfter(retryAfter);
    const isLimited403 = status === 403 && retryAfterMs !== undefined;
    const isRateLimit = RATE_LIMIT_STATUSES.has(status) || isLimited403;
    const isTemporary = TEMPORARY_STATUSES.has(status) || isLimited403;
    const advice =
      (isRateLimit && TOO_MANY_REQUESTS_STATUSES.has(status) ? RATE_LIMIT_ADVICE : undefined) ??
      (status === 403 ? buildForbiddenAdvice(userAgent) : ADVICE_BY_STATUS[status]) ??
      (isTemporary
        ? 'it is temporarily unable to serve the file. Retry later.'
        : 'it did not return the file. Open the URL in a browser to see why.');
    super(OUTBOUND_ERRORS.http_NNN.withPart(status), {
      retry: isTemporary ? 'later' : 'never',
      retryAfterMs: isTemporary ? retryAfterMs : undefined,
      message: `${host} returned ${status}: ${advice}`,
      details: { http_status: status },
    });
    this.httpStatus = status;
    this.isRateLimit = isRateLimit;
  }
}

function buildForbiddenAdvice(userAgent = 'Pressroom'): string {
  return (
    `it does not allow the download. Make the file public, or allow the user agent "${userAgent}". ` +
    'If the server requires another User-Agent, a Referer or an API key, set USER_AGENT, REFERER or REQUEST_HEADERS_FILE.'
  );
}
