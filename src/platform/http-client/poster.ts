import type { Readable } from 'node:stream';
import { withDeadline } from './deadline.js';
import { OutboundError } from './outbound-errors.js';
import type { OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';
import { parseRetryAfter } from './retry-after.js';
import { OUTBOUND_ERRORS } from './error-table.js';

export interface PostOptions {
  timeoutMs: number;
  /** The longest `Retry-After` that is honored; 15 minutes unless said otherwise. */
  longestRetryAfterMs?: number;
  signal?: AbortSignal;
}

export interface PostAnswer {
  /** Any status, 3xx too: a redirect is an answer here and is not followed. */
  status: number;
  retryAfterMs?: number;
}

/** How much of an answer's body is read, so that the other side can finish sending; it is not kept. */
const READ_AT_MOST_BYTES = 4096;

/** Sends one POST to a stranger. */
export class Poster {
  constructor(private readonly http: OutboundHttp) {}

  /** @throws AppError when no answer came: bad URL, denied address, no connection, too slow. */
  async post(
    url: string,
    body: string,
    headers: Record<string, string>,
    { timeoutMs, longestRetryAfterMs, signal }: PostOptions,
  ): Promise<PostAnswer> {
    const parsed = parseOutboundUrl(url);
    const late = () => noAnswer(parsed.hostname, timeoutMs);
    return withDeadline(timeoutMs, late, signal, async (both) => {
      const answer = await this.http.send({
        method: 'POST',
        url: parsed,
        headers,
        body: Buffer.from(body, 'utf8'),
        signal: both,
      });
      await readAndDrop(answer.body);
      return {
        status: answer.status,
        retryAfterMs: parseRetryAfter(
          answer.header('retry-after'),
          Date.now(),
          longestRetryAfterMs,
        ),
      };
    });
  }
}

/** The status has arrived and decides; what happens to the body after it changes nothing. */
async function readAndDrop(body: Readable): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes >= READ_AT_MOST_BYTES) break;
    }
  } catch {
    // A body cut off or too slow after a status is no failure of the delivery.
  } finally {
    body.destroy();
  }
}

function noAnswer(host: string, timeoutMs: number): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.answer_timed_out, {
    message: `${host} did not answer within ${timeoutMs / 1000} s. Answer first, work afterwards.`,
  });
}
