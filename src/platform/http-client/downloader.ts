import type { Downloaded } from './downloaded.js';
import { open, rm } from 'node:fs/promises';
import { AppError } from '../errors/app-error.js';
import { DownloadMeter } from './download-meter.js';
import type { DownloadSource } from './download-source.js';
import { decodeContent, isDecodingError } from './content-decoding.js';
import { connectionError } from './connection-error.js';
import { withDeadline } from './deadline.js';
import { diagnosePage } from './diagnose-page.js';
import { getFollowingRedirects, type FollowedAnswer } from './follow-redirects.js';
import { BufferedFileWriter } from './buffered-file-writer.js';
import { HostBreaker } from './host-breaker.js';
import type { HostLimit } from './host-limit.js';
import { HttpStatusError } from './http-status-error.js';
import { endsLikeImage } from './image-end.js';
import { beginsLikeImage } from './image-signature.js';
import {
  ContentEncodingInvalidError,
  DownloadNotWrittenError,
  DownloadTimedOutError,
  DownloadTooLargeError,
  DownloadTruncatedError,
} from './outbound-errors.js';
import { Origins } from './origins.js';
import type { OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';
import { peekStream } from './peek-stream.js';
import { pipeToFile } from './pipe-to-file.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestHeaders } from './request-headers.js';

/** How much of a page is read, and for how long, to find out what it says. */
const PAGE_BYTES = 16 * 1024;
const PAGE_TIMEOUT_MS = 2000;

export interface DownloadLimits {
  maxBytes: number;
  /** Wall clock, redirects included, from the moment that the download has its place. */
  timeoutMs: number;
  maxRedirects: number;
  /** Whether a redirect from https to http is followed. */
  allowInsecureRedirects?: boolean;
  minBytesPerSecond: number;
  minSpeedWindowMs: number;
}

/** As the server gave them with an earlier answer (RFC 9110, 8.8). */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface DownloadTarget {
  /** Path of a temporary file; it is overwritten, and removed when the download fails. */
  to: string;
  /** What is small need not be written: it is answered as `body`. */
  keepSmall?: boolean;
  /**
   * The file came damaged a moment ago: caches are asked to fetch it anew, and the body is read to the
   * end of its connection, whatever length is announced.
   */
  again?: boolean;
  signal?: AbortSignal;
}

/** Fetches one file of a stranger to disk, within every limit of RELIABILITY's section on outbound HTTP. */
export class Downloader {
  private readonly sources: DownloadSource[] = [];

  constructor(
    private readonly http: OutboundHttp,
    private readonly places: HostLimit,
    private readonly limits: DownloadLimits,
    private readonly headers = new RequestHeaders(),
    private readonly rates = new RateLimiter(new Origins()),
    private readonly breaker = new HostBreaker(),
  ) {}

  /** Takes the files of some URLs from `source` instead of the network. */
  addSource(source: DownloadSource): void {
    this.sources.push(source);
  }

  /**
   * Waits for a place (total and per host), then downloads. The memory it takes does not depend on the file.
   * @throws AppError whose `retry` says whether another try makes sense; the reason of `signal` when aborted.
   */
  async download(url: string, target: DownloadTarget): Promise<Downloaded> {
    const downloaded = await this.downloadUnlessUnchanged(url, undefined, target);
    if (!downloaded) throw new TypeError('an answer of 304 to what was no condition');
    return downloaded;
  }

  /**
   * The same, but asks the server first whether anything changed since it gave these validators.
   * @returns nothing when it did not; no file was written then
   */
  async downloadUnlessUnchanged(
    url: string,
    since: Validators | undefined,
    target: DownloadTarget,
  ): Promise<Downloaded | undefined> {
    const parsed = parseOutboundUrl(url);
    const source = this.sources.find((one) => one.suppliesFile(parsed));
    if (source) return source.copyFile(parsed, target.to);
    const { timeoutMs } = this.limits;
    const late = () => new DownloadTimedOutError(parsed.hostname, timeoutMs / 1000);
    const { host } = parsed;
    this.breaker.check(host);
    const hasToken = await this.rates.acquire(host, target.signal);
    return this.places.run(host, target.signal, () =>
      this.rates.run(host, url, hasToken, () =>
        this.breaker.run(host, () =>
          withDeadline(timeoutMs, late, target.signal, (signal) =>
            this.fetch(parsed, since, { ...target, signal }),
          ),
        ),
      ),
    );
  }

  private async fetch(
    url: URL,
    since: Validators | undefined,
    target: DownloadTarget & { signal: AbortSignal },
  ): Promise<Downloaded | undefined> {
    const { maxRedirects, allowInsecureRedirects: allowInsecure } = this.limits;
    const answer = await getFollowingRedirects(this.http, url, {
      maxRedirects,
      allowInsecure,
      ignoreLength: target.again,
      headersFor: (hop, isDowngraded) => ({
        ...this.headers.headersFor(hop, isDowngraded),
        ...(target.again ? { 'Cache-Control': 'no-cache' } : {}),
        ...conditions(since),
      }),
      signal: target.signal,
    });
    if (since && answer.status === 304) {
      // There is no body; reading to its end leaves the connection to the next download.
      answer.body.resume();
      return undefined;
    }
    try {
      await this.refusePage(answer, url);
      this.refuseByHead(answer);
    } catch (error) {
      answer.body.destroy();
      throw error;
    }

    return {
      ...(await this.save(answer, target)),
      contentType: answer.header('content-type') ?? null,
      etag: answer.header('etag') ?? null,
      lastModified: answer.header('last-modified') ?? null,
      finalUrl: answer.finalUrl.href,
      status: answer.status,
    };
  }

  /** Reads the beginning of what is no image, to say what is wrong. The body is left as it was. */
  private async refusePage(answer: FollowedAnswer, start: URL): Promise<void> {
    const { status, header, finalUrl, body } = answer;
    const isPage = /\bhtml\b/i.test(header('content-type') ?? '');
    if (!isPage && holdsWholeFile(status, header('content-range'))) return;
    const page = await peekStream(body, PAGE_BYTES, PAGE_TIMEOUT_MS).catch(() => Buffer.alloc(0));
    if (beginsLikeImage(page)) return;
    const diagnosed = diagnosePage({
      status,
      header,
      url: finalUrl,
      wasRedirected: finalUrl.href !== start.href,
      page: page.toString('utf8'),
      userAgent: this.headers.userAgent,
    });
    if (diagnosed) throw diagnosed;
  }

  private refuseByHead({ status, header, finalUrl }: FollowedAnswer): void {
    if (!holdsWholeFile(status, header('content-range')))
      throw new HttpStatusError(
        finalUrl.hostname,
        status,
        header('retry-after'),
        this.headers.userAgent,
      );
    if (Number(header('content-length')) > this.limits.maxBytes) {
      throw new DownloadTooLargeError(this.limits.maxBytes);
    }
  }

  private async save(
    { body: coded, header, finalUrl }: FollowedAnswer,
    { to, keepSmall, signal }: DownloadTarget & { signal: AbortSignal },
  ) {
    const host = finalUrl.hostname;
    const { maxBytes, minBytesPerSecond, minSpeedWindowMs: windowMs } = this.limits;
    const limits = { host, maxBytes, minBytesPerSecond, windowMs };
    const gauge = new DownloadMeter(limits, () => file);
    const file = new BufferedFileWriter(to, { keepSmall, onChunk: (chunk) => gauge.count(chunk) });
    let fileError: Error | undefined;
    file.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall) fileError = error;
    });
    try {
      const contentEncoding = header('content-encoding');
      const body = await decodeContent({ host, body: coded, contentEncoding, maxBytes });
      // An abort destroys the body, as the request has the signal.
      let brokenOff: Error | undefined;
      await pipeToFile(body, file, (error) => {
        const keepsRest = body === coded && !signal.aborted && isBrokenOff(error);
        if (keepsRest) brokenOff = error;
        return keepsRest;
      });
      if (brokenOff && !(await isWhole(to, file.kept, gauge.bytes))) throw brokenOff;
      return { bytes: gauge.bytes, sha256: gauge.sha256(), body: file.kept };
    } catch (error) {
      coded.destroy();
      file.destroy();
      await rm(to, { force: true });
      if (fileError) throw new DownloadNotWrittenError(fileError);
      if (isDecodingError(error)) {
        throw new ContentEncodingInvalidError(host, header('content-encoding') ?? '');
      }
      throw error instanceof AppError ? error : bodyError(error, host);
    } finally {
      gauge.stop();
    }
  }
}

/** 201 and 203 come from servers that generate or transform images on request. */
function holdsWholeFile(status: number, contentRange: string | undefined): boolean {
  if (status !== 206) return status === 200 || status === 201 || status === 203;
  // The total may be unknown; the decoder finds out whether the image is whole then.
  const [, last, total] = /^bytes\s+0-(\d+)\/(\d+|\*)$/i.exec(contentRange?.trim() ?? '') ?? [];
  return last !== undefined && (total === '*' || Number(total) === Number(last) + 1);
}

/** Both where there are both: a server that knows tags ignores the date (RFC 9110, 13.1.3). */
function conditions(since: Validators | undefined): Record<string, string> {
  return {
    ...(since?.etag ? { 'If-None-Match': since.etag } : {}),
    ...(since?.lastModified ? { 'If-Modified-Since': since.lastModified } : {}),
  };
}

/** A connection that closed before the announced end. Some servers announce more than they have. */
const isBrokenOff = (error: NodeJS.ErrnoException): boolean => error.code === 'ECONNRESET';

async function isWhole(path: string, kept: Buffer[] | undefined, bytes: number): Promise<boolean> {
  if (kept) {
    const all = Buffer.concat(kept);
    return endsLikeImage(async (at, length) => all.subarray(at, at + length), bytes);
  }
  const file = await open(path);
  try {
    return await endsLikeImage(async (position, length) => {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
      return buffer.subarray(0, bytesRead);
    }, bytes);
  } finally {
    await file.close();
  }
}

/** Once a body has begun, a reset means that the rest is missing, whatever the server said its length was. */
function bodyError(error: unknown, host: string): AppError {
  const meaning = connectionError(error, host);
  const broken = ['connection_reset', 'connection_failed'].includes(meaning.code);
  return broken ? new DownloadTruncatedError(host, error) : meaning;
}
