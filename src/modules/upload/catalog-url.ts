import { parse as parseDisposition } from 'content-disposition';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { Env } from '../../platform/config/env.js';
import { OUTBOUND_ERRORS } from '../../platform/http-client/error-table.js';
import { type FetchedFile, FileFetcher } from '../../platform/http-client/file-fetcher.js';
import {
  CatalogUrlFailedError,
  CatalogUrlNotAFileError,
  UploadTooLargeError,
} from './upload-errors.js';
import { toFileLabel } from './file-label.js';
import { parseUrl } from '../../platform/url/parse-url.js';

/** A product file that a link leads to. */
export interface LinkedFile {
  filename: string;
  bytes: AsyncIterable<Buffer>;
}

/** Downloads the product file from `catalog_url`. */
@Injectable()
export class CatalogUrlDownloader {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly env: Env,
  ) {}

  /**
   * @throws CatalogUrlFailedError, CatalogUrlNotAFileError, UploadTooLargeError. Reading the bytes may throw the
   *   same errors.
   */
  async openFile(url: string, signal: AbortSignal): Promise<LinkedFile> {
    const file = await this.fetcher.openFile(toExportUrl(url), signal).catch((error: unknown) => {
      throw this.toUploadError(error);
    });
    return { filename: toFileLabel(findFileName(file)), bytes: this.readFile(file) };
  }

  private async *readFile(file: FetchedFile): AsyncGenerator<Buffer> {
    const isHtml = /^\s*(?:text\/html|application\/xhtml)/i.test(file.header('content-type') ?? '');
    let isFirstChunk = true;
    try {
      for await (const chunk of file.bytes) {
        // Some servers send a CSV file as text/html. A web page starts with a tag.
        if (isFirstChunk && isHtml && startsWithTag(chunk)) throw new CatalogUrlNotAFileError();
        isFirstChunk = false;
        yield chunk;
      }
    } catch (error) {
      throw this.toUploadError(error);
    }
  }

  /** Converts download errors. Returns errors of the upload itself unchanged. */
  private toUploadError(error: unknown): unknown {
    if (!(error instanceof AppError) || error instanceof CatalogUrlNotAFileError) return error;
    return error.definition === OUTBOUND_ERRORS.download_too_large
      ? new UploadTooLargeError(this.env.MAX_UPLOAD_BYTES)
      : new CatalogUrlFailedError(error);
  }
}

/**
 * Converts the browser link or "Share" link of a Google Sheet to its CSV export URL. Returns other links
 * unchanged.
 */
export function toExportUrl(link: string): string {
  const text = link.trim();
  const url = parseUrl(text);
  if (!url) return text;
  const [, id] =
    /^\/spreadsheets\/(?:u\/\d{1,3}\/)?d\/([\w-]{20,100})(?:\/|$)/.exec(url.pathname) ?? [];
  if (url.hostname !== 'docs.google.com' || id === undefined) return text;
  if (/\/(?:export|pub|gviz)(?:\/|$)/.test(url.pathname)) return text;
  const gid = /(?:^|[#&?])gid=(\d{1,20})/.exec(url.hash + url.search)?.[1];
  const query = gid === undefined ? 'format=csv' : `format=csv&gid=${gid}`;
  return `https://docs.google.com/spreadsheets/d/${id}/export?${query}`;
}

const startsWithTag = (chunk: Buffer): boolean =>
  chunk
    .subarray(0, 1024)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .startsWith('<');

function findFileName({ header, finalUrl }: FetchedFile): string {
  const headerFileName = parseDispositionFileName(header('content-disposition'));
  if (headerFileName) return headerFileName;
  const lastSegment = finalUrl.pathname.split('/').findLast((segment) => segment !== '');
  return lastSegment === undefined ? finalUrl.hostname : decodePercent(lastSegment);
}

function parseDispositionFileName(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    return parseDisposition(header).parameters.filename;
  } catch {
    // The caller uses the file name in the URL if the header is malformed.
    return undefined;
  }
}

function decodePercent(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Returns a segment with an invalid % sequence unchanged.
    return segment;
  }
}
