import { AppError } from '../../errors/app-error.js';
import { toBodyError } from './body-error.js';
import { decodeContent, isDecodingError } from './content-decoding.js';
import type { FollowedResponse } from '../request/follow-redirects.js';
import { ContentEncodingInvalidError, DownloadTooLargeError } from '../outbound-errors.js';

/**
 * Size of the first range request, in bytes. It covers the header of almost every image, including EXIF data
 * and an ICC profile.
 */
export const HEAD_BYTES = 64 * 1024;
/** Maximum number of bytes that are kept for the reader. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
const FIRST_READ_BYTES = 2048;

/**
 * Reads a value from the first bytes of a file.
 * @param isComplete true if these are all bytes of the file
 * @returns undefined if more bytes are needed
 */
export type HeadReader<T> = (head: Buffer, isComplete: boolean) => T | undefined;

export interface FileHead<T> {
  /** Undefined if the first 4 MiB were not enough. */
  value: T | undefined;
  /** Size of the file. */
  bytes: number;
}

/** Returns the total file size from a 206 response that begins at 0; undefined for any other response. */
export function findTotalSize({ status, header }: FollowedResponse): number | undefined {
  if (status !== 206 || header('content-encoding') !== undefined) return undefined;
  const total = /^bytes\s+0-\d+\/(\d+)$/i.exec(header('content-range')?.trim() ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/**
 * Reads the body of a response until `read` returns a value and the size is known, then closes the
 * connection. A file of unknown size is read to its end.
 *
 * @returns undefined if the response is only the first part of the file and `read` needs more bytes
 * @throws AppError
 */
export async function readHead<T>(
  response: FollowedResponse,
  read: HeadReader<T>,
  maxBytes: number,
): Promise<FileHead<T> | undefined> {
  const { body: encodedBody, header, finalUrl } = response;
  const host = finalUrl.hostname;
  const rangeTotal = findTotalSize(response);
  try {
    const contentEncoding = header('content-encoding');
    const body = await decodeContent({ host, body: encodedBody, contentEncoding, maxBytes });
    const declaredBytes =
      body === encodedBody
        ? (rangeTotal ?? parseContentLength(header('content-length')))
        : undefined;
    if ((declaredBytes ?? 0) > maxBytes) throw new DownloadTooLargeError(maxBytes);
    const head = new HeadBuffer(read);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      head.addChunk(chunk);
      if (head.bytes > maxBytes) throw new DownloadTooLargeError(maxBytes);
      if (rangeTotal === undefined && declaredBytes !== undefined && head.isSettled) {
        return { value: head.value, bytes: declaredBytes };
      }
    }
    const bytes = declaredBytes ?? head.bytes;
    head.finish(head.bytes >= bytes);
    return head.value === undefined && head.bytes < bytes
      ? undefined
      : { value: head.value, bytes };
  } catch (error) {
    if (isDecodingError(error)) {
      throw new ContentEncodingInvalidError(host, header('content-encoding') ?? '');
    }
    throw error instanceof AppError ? error : toBodyError(error, host);
  } finally {
    encodedBody.destroy();
  }
}

function parseContentLength(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** Keeps the first bytes, and calls the reader each time their number has doubled. */
class HeadBuffer<T> {
  value?: T;
  bytes = 0;
  private keptChunks: Buffer[] = [];
  private nextReadBytes = FIRST_READ_BYTES;

  constructor(private readonly read: HeadReader<T>) {}

  /** True if the reader needs no more bytes. */
  get isSettled(): boolean {
    return this.value !== undefined || this.bytes > MAX_KEPT_BYTES;
  }

  addChunk(chunk: Buffer): void {
    if (!this.isSettled) this.keptChunks.push(chunk);
    this.bytes += chunk.length;
    if (this.isSettled || this.bytes < this.nextReadBytes) return;
    this.nextReadBytes = this.bytes * 2;
    this.callReader(false);
  }

  finish(isComplete: boolean): void {
    if (!this.isSettled) this.callReader(isComplete);
    this.keptChunks = [];
  }

  private callReader(isComplete: boolean): void {
    const head = Buffer.concat(this.keptChunks);
    this.keptChunks = [head];
    this.value = this.read(head, isComplete);
  }
}
