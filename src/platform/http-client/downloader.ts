import { readFile, rm } from 'node:fs/promises';
import type { DownloadSource } from './download-source.js';
import { withDeadline } from './request/deadline.js';
import type { DownloadedFile } from './downloaded-file.js';
import { getWithRedirects } from './request/follow-redirects.js';
import { DownloadTimedOutError } from './outbound-errors.js';
import { OriginRegistry } from './origin/origin-registry.js';
import type { OutboundHttp } from './request/outbound-http.js';
import { parseOutboundUrl } from './request/outbound-url.js';
import { requireFile } from './response/require-file.js';
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
  /** Wall-clock limit, including redirects. The time starts when the download gets its slot. */
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
  path: string;
  /** Returns a small body as `body` instead of writing it. */
  keepSmall?: boolean;
  /**
   * Repeats a download whose file was damaged. Sends `Cache-Control: no-cache` and reads until the
   * connection ends, regardless of Content-Length.
   */
  isRetry?: boolean;
  signal?: AbortSignal;
  /** Called when the limits of the host allow the download. */
  onStart?: () => void;
}

type AbortableTarget = DownloadTarget & { signal: AbortSignal };

/** Downloads a file from an external server to disk. Enforces `DownloadLimits` and the limits of the origin. */
export class Downloader {
  private readonly sources: DownloadSource[] = [];

  constructor(
    private readonly http: OutboundHttp,
    private readonly limits: DownloadLimits,
    private readonly origins = new OriginRegistry(),
    private readonly headers = new RequestHeaders(),
  ) {}

  /** Adds a source that supplies the files of certain URLs without network access. */
  addSource(source: DownloadSource): void {
    this.sources.push(source);
  }

  /**
   * Waits until the limits of the host allow the download, then downloads the file. Memory use does not
   * depend on the file size.
   * @throws AppError, whose `retry` shows whether another attempt makes sense; the reason of `signal`
   */
  async download(url: string, target: DownloadTarget): Promise<DownloadedFile> {
    const downloadedFile = await this.downloadUnlessUnchanged(url, undefined, target);
    if (!downloadedFile) throw new TypeError('received a 304 response to an unconditional request');
    return downloadedFile;
  }

  /**
   * Sends a conditional request with these validators, and downloads the file if it has changed.
   * @returns undefined if the file has not changed; in this case, no file is written
   */
  async downloadUnlessUnchanged(
    url: string,
    validators: Validators | undefined,
    target: DownloadTarget,
  ): Promise<DownloadedFile | undefined> {
    const parsedUrl = parseOutboundUrl(url);
    const source = this.sources.find((candidate) => candidate.suppliesFile(parsedUrl));
    if (source) {
      target.onStart?.();
      return source.copyFile(parsedUrl, target.path);
    }
    const { timeoutMs } = this.limits;
    const createTimeoutError = () =>
      new DownloadTimedOutError(parsedUrl.hostname, timeoutMs / 1000);
    return this.origins.getOrCreateOrigin(parsedUrl.host).runDownload(url, target.signal, () => {
      target.onStart?.();
      return withDeadline(timeoutMs, createTimeoutError, target.signal, (signal) =>
        this.fetchFile(parsedUrl, validators, { ...target, signal }),
      );
    });
  }

  /**
   * Reads a file from its start until `read` returns a value. Requests the first 64 KiB, and the whole
   * file only if those bytes are not enough. Writes the target file only if a `DownloadSource` supplies
   * the URL.
   * @throws AppError, like `download`, and the errors of `read`
   */
  async readHead<T>(
    url: string,
    read: HeadReader<T>,
    target: DownloadTarget,
  ): Promise<FileHead<T>> {
    const parsedUrl = parseOutboundUrl(url);
    const source = this.sources.find((candidate) => candidate.suppliesFile(parsedUrl));
    if (source) {
      target.onStart?.();
      const { bytes } = await source.copyFile(parsedUrl, target.path);
      const file = await readFile(target.path);
      await rm(target.path, { force: true });
      return { value: read(file, true), bytes };
    }
    const { timeoutMs } = this.limits;
    const createTimeoutError = () =>
      new DownloadTimedOutError(parsedUrl.hostname, timeoutMs / 1000);
    return this.origins.getOrCreateOrigin(parsedUrl.host).runDownload(url, target.signal, () => {
      target.onStart?.();
      return withDeadline(timeoutMs, createTimeoutError, target.signal, async (signal) => {
        const range = `bytes=0-${HEAD_BYTES - 1}`;
        const head = await this.fetchHead(parsedUrl, read, { ...target, signal }, range);
        return head ?? (await this.fetchHead(parsedUrl, read, { ...target, signal }))!;
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
    // Some servers reject every range request.
    if (range !== undefined && (response.status === 416 || response.status === 206)) {
      if (findTotalSize(response) === undefined) {
        response.body.destroy();
        return undefined;
      }
      return readHead(response, read, maxBytes);
    }
    try {
      const { userAgent } = this.headers;
      await requireFile(response, { startUrl: url, userAgent, maxBytes });
    } catch (error) {
      response.body.destroy();
      throw error;
    }
    return readHead(response, read, maxBytes);
  }

  private async fetchFile(
    url: URL,
    validators: Validators | undefined,
    target: AbortableTarget,
  ): Promise<DownloadedFile | undefined> {
    const response = await this.getResponse(url, validators, target);
    const { status, header, finalUrl, body } = response;
    if (validators && status === 304) {
      // A 304 response has no body. Consuming the response returns the connection to the pool.
      body.resume();
      return undefined;
    }
    const { userAgent } = this.headers;
    try {
      await requireFile(response, { startUrl: url, userAgent, maxBytes: this.limits.maxBytes });
    } catch (error) {
      body.destroy();
      throw error;
    }
    return {
      ...(await saveBody(response, { ...this.limits, ...target, readToEnd: target.isRetry })),
      contentType: header('content-type') ?? null,
      etag: header('etag') ?? null,
      lastModified: header('last-modified') ?? null,
      finalUrl: finalUrl.href,
      status,
    };
  }

  private getResponse(
    url: URL,
    validators: Validators | undefined,
    { isRetry, signal }: AbortableTarget,
    range?: string,
  ) {
    const { maxRedirects, allowInsecureRedirects: allowInsecure } = this.limits;
    return getWithRedirects(this.http, url, {
      maxRedirects,
      allowInsecure,
      ignoreLength: isRetry,
      buildHeaders: (hop, isDowngraded) => ({
        ...this.headers.buildHeaders(hop, isDowngraded),
        ...(isRetry ? { 'Cache-Control': 'no-cache' } : {}),
        ...buildConditionalHeaders(validators),
        ...(range === undefined ? {} : { Range: range }),
      }),
      signal,
    });
  }
}

/**
 * Returns both conditional headers if both validators exist. A server that supports entity tags ignores the date
 * (RFC 9110, 13.1.3).
 */
function buildConditionalHeaders(validators: Validators | undefined): Record<string, string> {
  return {
    ...(validators?.etag ? { 'If-None-Match': validators.etag } : {}),
    ...(validators?.lastModified ? { 'If-Modified-Since': validators.lastModified } : {}),
  };
}
