import type { Readable } from 'node:stream';
import { withDeadline } from './request/deadline.js';
import { OutboundError } from './outbound-errors.js';
import type { OutboundHttp } from './request/outbound-http.js';
import { parseOutboundUrl } from './request/outbound-url.js';
import { parseRetryAfter } from './response/retry-after.js';
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
 * Maximum number of body bytes to read and discard, so the server can finish sending its response.
 */
const MAX_DISCARDED_BYTES = 4096;

/** Sends one POST request to an external server. */
export class Poster {
  constructor(private readonly http: OutboundHttp) {}

  /** @throws AppError if there is no response: invalid URL, denied address, connection failure, timeout */
  async post(
    url: string,
    body: string,
    headers: Record<string, string>,
    { timeoutMs, maxRetryAfterMs, signal }: PostOptions,
  ): Promise<PostResponse> {
    const parsedUrl = parseOutboundUrl(url);
    const createTimeoutError = () => createResponseTimeoutError(parsedUrl.hostname, timeoutMs);
    return withDeadline(timeoutMs, createTimeoutError, signal, async (combinedSignal) => {
      const response = await this.http.send({
        method: 'POST',
        url: parsedUrl,
        headers,
        body: Buffer.from(body, 'utf8'),
        signal: combinedSignal,
      });
      await discardBody(response.body);
      return {
        status: response.status,
        retryAfterMs: parseRetryAfter(response.header('retry-after'), Date.now(), maxRetryAfterMs),
      };
    });
  }
}

/** Reads and discards the body. Ignores read errors, because only the status matters. */
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

function createResponseTimeoutError(host: string, timeoutMs: number): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.answer_timed_out, {
    message: `${host} did not respond within ${timeoutMs / 1000} s. Respond with 2xx immediately and process the webhook afterward.`,
  });
}
