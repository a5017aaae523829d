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
import { fileLabel } from './file-label.js';
import { parseUrl } from '../../platform/url/parse-url.js';

/** A product file that a link leads to. */
export interface LinkedFile {
  filename: string;
  bytes: AsyncIterable<Buffer>;
}

/** Downloads the product file that `catalog_url` names. */
@Injectable()
export class CatalogUrl {
  constructor(
    private readonly fetcher: FileFetcher,
    private readonly env: Env,
  ) {}

  /**
   * @throws CatalogUrlFailedError, CatalogUrlNotAFileError, UploadTooLargeError; also while the bytes are
   *   read
   */
  async openFile(url: string, signal: AbortSignal): Promise<LinkedFile> {
    const file = await this.fetcher.openFile(exportUrl(url), signal).catch((error: unknown) => {
      throw this.toUploadError(error);
    });
    return { filename: fileLabel(findFileName(file)), bytes: this.readFile(file) };
  }

  private async *readFile(file: FetchedFile): AsyncGenerator<Buffer> {
    const isPage = /^\s*(?:text\/html|application\/xhtml)/i.test(file.header('content-type') ?? '');
    let isStart = true;
    try {
      for await (const chunk of file.bytes) {
        // Some servers send a CSV as text/html. A page starts with a tag.
        if (isStart && isPage && startsWithTag(chunk)) throw new CatalogUrlNotAFileError();
        isStart = false;
        yield chunk;
      }
    } catch (error) {
      throw this.toUploadError(error);
    }
  }

  /** Converts errors of the download. Errors of the upload itself stay unchanged. */
  private toUploadError(error: unknown): unknown {
    if (!(error instanceof AppError) || error instanceof CatalogUrlNotAFileError) return error;
    return error.definition === OUTBOUND_ERRORS.download_too_large
      ? new UploadTooLargeError(this.env.MAX_UPLOAD_BYTES)
      : new CatalogUrlFailedError(error);
  }
}

/**
 * Returns the CSV export URL of a Google Sheet for its browser or "Share" link. Returns other links
 * unchanged.
 */
export function exportUrl(link: string): string {
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
  const fileNameFromUrl = dispositionName(header('content-disposition'));
  if (fileNameFromUrl) return fileNameFromUrl;
  const last = finalUrl.pathname.split('/').findLast((part) => part !== '');
  return last === undefined ? finalUrl.hostname : decodePercent(last);
}

function dispositionName(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    return parseDisposition(header).parameters.filename;
  } catch {
    // The file name comes from the URL when the header is malformed.
    return undefined;
  }
}

function decodePercent(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Keeps an invalid % sequence as part of the name.
    return part;
  }
}
