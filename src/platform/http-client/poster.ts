import type { Readable } from 'node:stream';
import { withDeadline } from './request/deadline.js';
import { OutboundError } from './outbound-errors.js';
import type { OutboundHttp } from './request/outbound-http.js';
import { parseOutboundUrl } from './request/outbound-url.js';
import { parseRetryAfter } from './refusal/retry-after.js';
import { OUTBOUND_ERRORS } from './error-table.js';

export interface PostOptions {
  timeoutMs: number;
  /** Maximum `Retry-After` that is honored; 15 minutes by default. */
  maxRetryAfterMs?: number;
  signal?: AbortSignal;
}

export interface PostResponse {
  /** Any HTTP status. Redirects (3xx) are not followed. */
  status: number;
  retryAfterMs?: number;
}

/**
 * Maximum number of bytes read from a response body, to let the server finish sending. They are
 * discarded.
 */
const MAX_DISCARDED_BYTES = 4096;

/** Sends one POST request to an external server. */
export class Poster {
  constructor(private readonly http: OutboundHttp) {}

  /** @throws AppError without a response: invalid URL, denied address, connection failure, timeout */
  async post(
    url: string,
    body: string,
    headers: Record<string, string>,
    { timeoutMs, maxRetryAfterMs, signal }: PostOptions,
  ): Promise<PostResponse> {
    const parsed = parseOutboundUrl(url);
    const late = () => noResponseError(parsed.hostname, timeoutMs);
    return withDeadline(timeoutMs, late, signal, async (both) => {
      const response = await this.http.send({
        method: 'POST',
        url: parsed,
        headers,
        body: Buffer.from(body, 'utf8'),
        signal: both,
      });
      await discardBody(response.body);
      return {
        status: response.status,
        retryAfterMs: parseRetryAfter(response.header('retry-after'), Date.now(), maxRetryAfterMs),
      };
    });
  }
}

/** Reads and discards the body. Its errors are ignored, because the status decides. */
async function discardBody(body: Readable): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes >= MAX_DISCARDED_BYTES) break;
    }
  } catch {
    // The delivery is successful even if the body is truncated or too slow.
  } finally {
    body.destroy();
  }
}

function noResponseError(host: string, timeoutMs: number): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.answer_timed_out, {
    message: `${host} did not answer within ${timeoutMs / 1000} s. Respond with 2xx at once and process the webhook afterwards.`,
  });
}
