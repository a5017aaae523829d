import type { DownloadSource } from './download-source.js';
import { withDeadline } from './deadline.js';
import type { Downloaded } from './downloaded.js';
import { getFollowingRedirects } from './follow-redirects.js';
import { DownloadTimedOutError } from './outbound-errors.js';
import { OriginRegistry } from './origin-registry.js';
import type { OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';
import { refuseAnswer } from './refuse-answer.js';
import { RequestHeaders } from './request-headers.js';
import { saveBody } from './save-body.js';

export interface DownloadLimits {
  maxBytes: number;
  /** Wall clock, redirects included, from the moment that the download has its slot. */
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
  /** Path of a temporary file. It is overwritten, and removed when the download fails. */
  to: string;
  /** A small body is not written but returned as `body`. */
  keepSmall?: boolean;
  /**
   * The file came damaged a moment ago: caches are asked to fetch it anew, and the body is read to the
   * end of its connection, whatever length is announced.
   */
  again?: boolean;
  signal?: AbortSignal;
}

type AbortableTarget = DownloadTarget & { signal: AbortSignal };

/** Downloads one file of another server to disk, within every limit of RELIABILITY's section on outbound HTTP. */
export class Downloader {
  private readonly sources: DownloadSource[] = [];

  constructor(
    private readonly http: OutboundHttp,
    private readonly limits: DownloadLimits,
    private readonly origins = new OriginRegistry(),
    private readonly headers = new RequestHeaders(),
  ) {}

  /** Takes the files of some URLs from `source` instead of the network. */
  addSource(source: DownloadSource): void {
    this.sources.push(source);
  }

  /**
   * Waits until the host takes a download, then downloads. Its memory does not depend on the file.
   * @throws AppError whose `retry` says whether another attempt makes sense; the reason of `signal`
   */
  async download(url: string, target: DownloadTarget): Promise<Downloaded> {
    const downloaded = await this.downloadUnlessUnchanged(url, undefined, target);
    if (!downloaded) throw new TypeError('an answer of 304 to what was no condition');
    return downloaded;
  }

  /**
   * The same, but asks the server first whether anything changed since it gave these validators.
   * @returns undefined when nothing changed; no file was written then
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
    return this.origins
      .originOf(parsed.host)
      .runDownload(url, target.signal, () =>
        withDeadline(timeoutMs, late, target.signal, (signal) =>
          this.fetchFile(parsed, since, { ...target, signal }),
        ),
      );
  }

  private async fetchFile(
    url: URL,
    since: Validators | undefined,
    target: AbortableTarget,
  ): Promise<Downloaded | undefined> {
    const answer = await this.getAnswer(url, since, target);
    const { status, header, finalUrl, body } = answer;
    if (since && status === 304) {
      // There is no body; reading to its end leaves the connection to the next download.
      body.resume();
      return undefined;
    }
    const { userAgent } = this.headers;
    try {
      await refuseAnswer(answer, { start: url, userAgent, maxBytes: this.limits.maxBytes });
    } catch (error) {
      body.destroy();
      throw error;
    }
    return {
      ...(await saveBody(answer, { ...this.limits, ...target })),
      contentType: header('content-type') ?? null,
      etag: header('etag') ?? null,
      lastModified: header('last-modified') ?? null,
      finalUrl: finalUrl.href,
      status,
    };
  }

  private getAnswer(url: URL, since: Validators | undefined, { again, signal }: AbortableTarget) {
    const { maxRedirects, allowInsecureRedirects: allowInsecure } = this.limits;
    return getFollowingRedirects(this.http, url, {
      maxRedirects,
      allowInsecure,
      ignoreLength: again,
      headersFor: (hop, isDowngraded) => ({
        ...this.headers.headersFor(hop, isDowngraded),
        ...(again ? { 'Cache-Control': 'no-cache' } : {}),
        ...conditions(since),
      }),
      signal,
    });
  }
}

/** Both where there are both: a server that knows tags ignores the date (RFC 9110, 13.1.3). */
function conditions(since: Validators | undefined): Record<string, string> {
  return {
    ...(since?.etag ? { 'If-None-Match': since.etag } : {}),
    ...(since?.lastModified ? { 'If-Modified-Since': since.lastModified } : {}),
  };
}
