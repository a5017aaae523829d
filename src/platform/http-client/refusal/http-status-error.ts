import { OutboundError } from '../outbound-errors.js';
import { parseRetryAfter } from './retry-after.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/**
 * Statuses of a rate limit. Shopify answers 430, older APIs 420, and hosts whose
 * traffic or load has a limit 509 or 529. Some hosts answer 403 with `Retry-After`.
 */
const RATE_LIMITS = new Set([420, 429, 430, 503, 509, 529]);
const TOO_MANY_REQUESTS = new Set([403, 420, 429, 430]);

/**
 * Temporary statuses. 202 announces an image that is still generated. 421 asks for another connection.
 * Cloudflare answers 520 to 530 for an origin that did not respond. Hosts and proxies under load answer 508,
 * 509, 529, 598 and 599.
 */
const TEMPORARY = new Set([
  202, 408, 420, 421, 425, 429, 430, 500, 502, 503, 504, 507, 508, 509, 520, 521, 522, 523, 524,
  525, 526, 527, 529, 530, 598, 599,
]);

const RATE_LIMIT_ADVICE = 'it receives too many requests. Retry later.';

const ADVICE: Record<number, string> = {
  202: 'it still generates the file. Retry later.',
  401: 'it asks for a login. Make the file public, or use a URL that carries its own signature.',
  404: 'there is nothing at this URL. Correct it and upload the row again.',
  410: 'the file was removed, or the link has expired. Correct the URL, or export the catalog again, then upload the row again.',
};

/** The server responded without the file. */
export class HttpStatusError extends OutboundError {
  readonly httpStatus: number;
  /** True if the host limits requests, which concerns all its images. */
  readonly isRateLimit: boolean;

  /** @param userAgent the `User-Agent` that was sent; servers reject some */
  constructor(host: string, status: number, retryAfter?: string, userAgent?: string) {
    const retryAfterMs = parseRetryAfter(retryAfter);
    const isLimited403 = status === 403 && retryAfterMs !== undefined;
    const isRateLimit = RATE_LIMITS.has(status) || isLimited403;
    const isTemporary = TEMPORARY.has(status) || isLimited403;
    const advice =
      (isRateLimit && TOO_MANY_REQUESTS.has(status) ? RATE_LIMIT_ADVICE : undefined) ??
      (status === 403 ? forbiddenAdvice(userAgent) : ADVICE[status]) ??
      (isTemporary
        ? 'it is temporarily unable to serve the file. Retry later.'
        : 'it did not return the file. Open the URL in a browser to see why.');
    super(OUTBOUND_ERRORS.http_NNN.withPart(status), {
      retry: isTemporary ? 'later' : 'never',
      retryAfterMs: isTemporary ? retryAfterMs : undefined,
      message: `${host} answered ${status}: ${advice}`,
      details: { http_status: status },
    });
    this.httpStatus = status;
    this.isRateLimit = isRateLimit;
  }
}

function forbiddenAdvice(userAgent = 'Pressroom'): string {
  return (
    `it does not allow the download. Make the file public, or allow the user agent "${userAgent}". ` +
    'If the server requires another User-Agent, a Referer or an API key, set USER_AGENT, REFERER or REQUEST_HEADERS_FILE.'
  );
}
