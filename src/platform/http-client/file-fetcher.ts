import { AppError } from '../errors/app-error.js';
import { toBodyError } from './body/body-error.js';
import { type FollowedResponse, getWithRedirects } from './request/follow-redirects.js';
import { HttpStatusError } from './response/http-status-error.js';
import { decodeContent, isDecodingError } from './body/content-decoding.js';
import {
  ContentEncodingInvalidError,
  DownloadTimedOutError,
  DownloadTooLargeError,
  DownloadTooSlowError,
  DownloadTruncatedError,
} from './outbound-errors.js';
import type { OutboundHttp } from './request/outbound-http.js';
import { parseOutboundUrl } from './request/outbound-url.js';

export interface FetchLimits {
  /** Wall-clock limit for receiving the response headers, including redirects. */
  responseTimeoutMs: number;
  /** Wall-clock limit for the whole download. */
  timeoutMs: number;
  maxRedirects: number;
  /** Maximum size of the decoded file. */
  maxBytes: number;
  /** True to follow a redirect from https to http. */
  allowInsecureRedirects?: boolean;
  /** Minimum speed, averaged over each window of `minSpeedWindowMs`. 0 turns the check off. */
  minBytesPerSecond: number;
  minSpeedWindowMs: number;
}

/** A file whose response headers have arrived. Its bytes have not been read yet. */
export interface FetchedFile {
  finalUrl: URL;
  /** Returns the value of a response header by its lower-case name. */
  header: (name: string) => string | undefined;
  /**
   * The decoded bytes as they arrive. They can be read only once. Ending the iteration early closes the
   * connection.
   */
  bytes: AsyncGenerator<Buffer>;
}

/**
 * Streams a file from an external server through agents that check each address before they connect.
 *
 * @example
 * const { bytes } = await fetcher.openFile('https://shop.example.com/products.csv', signal);
 * for await (const chunk of bytes) parse(chunk);
 */
export class FileFetcher {
  constructor(
    private readonly http: OutboundHttp,
    private readonly limits: FetchLimits,
  ) {}

  /**
   * Resolves when the response headers have arrived.
   * @throws AppError with the cause, even while the bytes are being read; the reason of `signal`
   */
  async openFile(url: string, signal: AbortSignal): Promise<FetchedFile> {
    const startUrl = parseOutboundUrl(url);
    const { responseTimeoutMs, timeoutMs, maxRedirects, allowInsecureRedirects } = this.limits;
    const deadline = new Deadline(startUrl.hostname, signal);
    try {
      deadline.abortAfter(responseTimeoutMs);
      const response = await getWithRedirects(this.http, startUrl, {
        maxRedirects,
        allowInsecure: allowInsecureRedirects,
        buildHeaders: () => ({ Accept: 'text/csv,application/*,text/*;q=0.9,*/*;q=0.5' }),
        signal: deadline.signal,
      });
      const { body, finalUrl, header, status } = response;
      if (status !== 200) {
        body.destroy();
        throw new HttpStatusError(finalUrl.hostname, status, header('retry-after'));
      }
      deadline.abortAfter(timeoutMs);
      return { finalUrl, header, bytes: this.readBytes(response, deadline) };
    } catch (error) {
      deadline.clear();
      throw deadline.reason ?? error;
    }
  }

  private async *readBytes(response: FollowedResponse, deadline: Deadline): AsyncGenerator<Buffer> {
    const { maxBytes, minBytesPerSecond, minSpeedWindowMs } = this.limits;
    const { hostname: host } = response.finalUrl;
    let [windowBytes, totalBytes, isWaitingForServer] = [0, 0, true];
    const expectedBytes = (minBytesPerSecond * minSpeedWindowMs) / 1000;
    const speedCheck = setInterval(() => {
      if (isWaitingForServer && windowBytes < expectedBytes)
        response.body.destroy(new DownloadTooSlowError(host));
      windowBytes = 0;
    }, minSpeedWindowMs);
    try {
      for await (const chunk of (await decodeFile(response, maxBytes)) as AsyncIterable<Buffer>) {
        windowBytes += chunk.length;
        totalBytes += chunk.length;
        if (totalBytes > maxBytes) throw new DownloadTooLargeError(maxBytes);
        isWaitingForServer = false;
        yield chunk;
        isWaitingForServer = true;
      }
    } catch (error) {
      throw deadline.reason ?? toFileError(error, response);
    } finally {
      clearInterval(speedCheck);
      deadline.clear();
      response.body.destroy();
    }
  }
}

/** Aborts after a timeout that can be reset, or when the caller's signal aborts. */
class Deadline {
  private readonly controller = new AbortController();
  private timer?: NodeJS.Timeout;
  private readonly onAbort = () => this.controller.abort(this.callerSignal.reason);

  constructor(
    private readonly host: string,
    private readonly callerSignal: AbortSignal,
  ) {
    callerSignal.throwIfAborted();
    callerSignal.addEventListener('abort', this.onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Reason for the abort; undefined until then. */
  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  abortAfter(timeoutMs: number): void {
    clearTimeout(this.timer);
    const timeoutError = new DownloadTimedOutError(this.host, timeoutMs / 1000);
    this.timer = setTimeout(() => this.controller.abort(timeoutError), timeoutMs);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.callerSignal.removeEventListener('abort', this.onAbort);
  }
}

const LINE_BREAKS_AND_TAB = new Set(Buffer.from('\r\n\t'));

const decodeFile = ({ body, header, finalUrl }: FollowedResponse, maxBytes: number) =>
  decodeContent({
    host: finalUrl.hostname,
    body,
    contentEncoding: header('content-encoding'),
    maxBytes,
    isPlain: looksLikeProductFile,
    isStrict: true,
  });

/**
 * Returns true if these are the first bytes of an Excel file, of UTF-16 text, or of text without control
 * characters.
 */
const looksLikeProductFile = (head: Buffer): boolean =>
  ['PK\x03\x04', '\xfe\xff', '\xff\xfe'].some((start) => head.indexOf(start, 0, 'latin1') === 0) ||
  head.every((byte) => byte >= 0x20 || LINE_BREAKS_AND_TAB.has(byte));

function toFileError(error: unknown, { finalUrl, header }: FollowedResponse): AppError {
  if (error instanceof AppError) return error;
  const host = finalUrl.hostname;
  if ((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') {
    return new DownloadTruncatedError(host, error);
  }
  return isDecodingError(error)
    ? new ContentEncodingInvalidError(host, header('content-encoding') ?? '')
    : toBodyError(error, host);
}
