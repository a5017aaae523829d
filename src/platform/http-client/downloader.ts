import { readFile, rm } from 'node:fs/promises';
import type { DownloadSource } from './download-source.js';
import { withDeadline } from './request/deadline.js';
import type { Downloaded } from './downloaded.js';
import { getFollowingRedirects } from './request/follow-redirects.js';
import { DownloadTimedOutError } from './outbound-errors.js';
import { OriginRegistry } from './origin/origin-registry.js';
import type { OutboundHttp } from './request/outbound-http.js';
import { parseOutboundUrl } from './request/outbound-url.js';
import { requireFile } from './refusal/require-file.js';
import {
  type FileHead,
  HEAD_BYTES,
  type HeadReader,
  readHead,
  findTotalSize,
} from './body/read-head.js';
import { RequestHeaders } from './request/request-headers.js';
import { saveBody } from './body/save-body.js';

export interface DownloadLimits {
  maxBytes: number;
  /** Wall-clock limit including redirects, from the moment when the download gets its slot. */
  timeoutMs: number;
  maxRedirects: number;
  /** True to follow a redirect from https to http. */
  allowInsecureRedirects?: boolean;
  minBytesPerSecond: number;
  minSpeedWindowMs: number;
  /** Time without data after which a complete image counts as the whole file. Default: 3 s. */
  stallMs?: number;
}

/** Validators of an earlier response (RFC 9110, 8.8). */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface DownloadTarget {
  /** Path of a temporary file. It is overwritten, and removed when the download fails. */
  to: string;
  /** Returns a small body as `body` instead of writing it. */
  keepSmall?: boolean;
  /**
   * Repeats a download that was damaged. Sends `Cache-Control: no-cache` and reads the body to the end of
   * its connection, regardless of the announced length.
   */
  isRetry?: boolean;
  signal?: AbortSignal;
  /** Called when the limits of the host allow the download. */
  onStart?: () => void;
}

type AbortableTarget = DownloadTarget & { signal: AbortSignal };

/** Downloads a file of an external server to disk. Enforces `DownloadLimits` and the limits of its origin. */
export class Downloader {
  private readonly sources: DownloadSource[] = [];

  constructor(
    private readonly http: OutboundHttp,
    private readonly limits: DownloadLimits,
    private readonly origins = new OriginRegistry(),
    private readonly headers = new RequestHeaders(),
  ) {}

  /** Adds a source that supplies the files of some URLs without the network. */
  addSource(source: DownloadSource): void {
    this.sources.push(source);
  }

  /**
   * Waits until the limits of the host allow a download, then downloads. Memory use does not depend on the size of
   * the file.
   * @throws AppError, whose `retry` shows whether another attempt makes sense; the reason of `signal`
   */
  async download(url: string, target: DownloadTarget): Promise<Downloaded> {
    const downloaded = await this.downloadUnlessUnchanged(url, undefined, target);
    if (!downloaded) throw new TypeError('a response of 304 to an unconditional request');
    return downloaded;
  }

  /**
   * Downloads with a conditional request for these validators.
   * @returns undefined when the file has not changed; no file was written then
   */
  async downloadUnlessUnchanged(
    url: string,
    since: Validators | undefined,
    target: DownloadTarget,
  ): Promise<Downloaded | undefined> {
    const parsed = parseOutboundUrl(url);
    const source = this.sources.find((one) => one.suppliesFile(parsed));
    if (source) {
      target.onStart?.();
      return source.copyFile(parsed, target.to);
    }
    const { timeoutMs } = this.limits;
    const timeoutError = () => new DownloadTimedOutError(parsed.hostname, timeoutMs / 1000);
    return this.origins.getOrCreateOrigin(parsed.host).runDownload(url, target.signal, () => {
      target.onStart?.();
      return withDeadline(timeoutMs, timeoutError, target.signal, (signal) =>
        this.fetchFile(parsed, since, { ...target, signal }),
      );
    });
  }

  /**
   * Reads a file from its start until `read` has a value. Requests the first 64 KiB, and the whole file only
   * if they are not enough. The target's file is written only for URLs without the network.
   * @throws AppError as `download` does, and the errors of `read`
   */
  async readHead<T>(
    url: string,
    read: HeadReader<T>,
    target: DownloadTarget,
  ): Promise<FileHead<T>> {
    const parsed = parseOutboundUrl(url);
    const source = this.sources.find((one) => one.suppliesFile(parsed));
    if (source) {
      target.onStart?.();
      const { bytes } = await source.copyFile(parsed, target.to);
      const file = await readFile(target.to);
      await rm(target.to, { force: true });
      return { value: read(file, true), bytes };
    }
    const { timeoutMs } = this.limits;
    const late = () => new DownloadTimedOutError(parsed.hostname, timeoutMs / 1000);
    return this.origins.getOrCreateOrigin(parsed.host).runDownload(url, target.signal, () => {
      target.onStart?.();
      return withDeadline(timeoutMs, late, target.signal, async (signal) => {
        const range = `bytes=0-${HEAD_BYTES - 1}`;
        const head = await this.fetchHead(parsed, read, { ...target, signal }, range);
        return head ?? (await this.fetchHead(parsed, read, { ...target, signal }))!;
      });
    });
  }

  private async fetchHead<T>(
    url: URL,
    read: HeadReader<T>,
    target: AbortableTarget,
    range?: string,
  ): Promise<FileHead<T> | undefined> {
    const response = await this.getResponse(url, undefined, target, range);
    const { maxBytes } = this.limits;
    // Some servers refuse every range.
    if (range !== undefined && (response.status === 416 || response.status === 206)) {
      if (findTotalSize(response) === undefined) {
        response.body.destroy();
        return undefined;
      }
      return readHead(response, read, maxBytes);
    }
    try {
      const { userAgent } = this.headers;
      await requireFile(response, { start: url, userAgent, maxBytes });
    } catch (error) {
      response.body.destroy();
      throw error;
    }
    return readHead(response, read, maxBytes);
  }

  private async fetchFile(
    url: URL,
    since: Validators | undefined,
    target: AbortableTarget,
  ): Promise<Downloaded | undefined> {
    const response = await this.getResponse(url, since, target);
    const { status, header, finalUrl, body } = response;
    if (since && status === 304) {
      // A 304 has no body. Reading to its end returns the connection to the pool.
      body.resume();
      return undefined;
    }
    const { userAgent } = this.headers;
    try {
      await requireFile(response, { start: url, userAgent, maxBytes: this.limits.maxBytes });
    } catch (error) {
      body.destroy();
      throw error;
    }
    return {
      ...(await saveBody(response, { ...this.limits, ...target })),
      contentType: header('content-type') ?? null,
      etag: header('etag') ?? null,
      lastModified: header('last-modified') ?? null,
      finalUrl: finalUrl.href,
      status,
    };
  }

  private getResponse(
    url: URL,
    since: Validators | undefined,
    { isRetry, signal }: AbortableTarget,
    range?: string,
  ) {
    const { maxRedirects, allowInsecureRedirects: allowInsecure } = this.limits;
    return getFollowingRedirects(this.http, url, {
      maxRedirects,
      allowInsecure,
      ignoreLength: isRetry,
      headersFor: (hop, isDowngraded) => ({
        ...this.headers.headersFor(hop, isDowngraded),
        ...(isRetry ? { 'Cache-Control': 'no-cache' } : {}),
        ...conditionalHeaders(since),
        ...(range === undefined ? {} : { Range: range }),
      }),
      signal,
    });
  }
}

/**
 * Returns both conditions if both validators exist. A server that supports entity tags ignores the date
 * (RFC 9110, 13.1.3).
 */
function conditionalHeaders(since: Validators | undefined): Record<string, string> {
  return {
    ...(since?.etag ? { 'If-None-Match': since.etag } : {}),
    ...(since?.lastModified ? { 'If-Modified-Since': since.lastModified } : {}),
  };
}
