import { AppError } from '../../errors/app-error.js';
import { bodyError } from './body-error.js';
import { decodeContent, isDecodingError } from './content-decoding.js';
import type { FollowedResponse } from '../request/follow-redirects.js';
import { ContentEncodingInvalidError, DownloadTooLargeError } from '../outbound-errors.js';

/** Requested first. It holds the header of almost every image, with EXIF and an ICC profile. */
export const HEAD_BYTES = 64 * 1024;
/** Maximum number of bytes that are kept for the reader. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
const FIRST_READ_BYTES = 2048;

/**
 * Reads what it needs from the first bytes of a file.
 * @param isWhole true if these are all bytes of the file
 * @returns undefined if more bytes are needed
 */
export type HeadReader<T> = (head: Buffer, isWhole: boolean) => T | undefined;

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
 * Reads the body of a response until `read` has a value and the size is known, then ends the
 * connection. A file without an announced size is read to its end.
 *
 * @returns undefined if the response is the first part of a file and was not enough
 * @throws AppError
 */
export async function readHead<T>(
  response: FollowedResponse,
  read: HeadReader<T>,
  maxBytes: number,
): Promise<FileHead<T> | undefined> {
  const { body: coded, header, finalUrl } = response;
  const host = finalUrl.hostname;
  const started = findTotalSize(response);
  try {
    const contentEncoding = header('content-encoding');
    const body = await decodeContent({ host, body: coded, contentEncoding, maxBytes });
    const announced = body === coded ? (started ?? lengthIn(header('content-length'))) : undefined;
    if ((announced ?? 0) > maxBytes) throw new DownloadTooLargeError(maxBytes);
    const head = new Head(read);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      head.add(chunk);
      if (head.bytes > maxBytes) throw new DownloadTooLargeError(maxBytes);
      if (started === undefined && announced !== undefined && head.isSettled) {
        return { value: head.value, bytes: announced };
      }
    }
    const bytes = announced ?? head.bytes;
    head.end(head.bytes >= bytes);
    return head.value === undefined && head.bytes < bytes
      ? undefined
      : { value: head.value, bytes };
  } catch (error) {
    if (isDecodingError(error)) {
      throw new ContentEncodingInvalidError(host, header('content-encoding') ?? '');
    }
    throw error instanceof AppError ? error : bodyError(error, host);
  } finally {
    coded.destroy();
  }
}

function lengthIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** Keeps the first bytes, and asks the reader each time when their number has doubled. */
class Head<T> {
  value?: T;
  bytes = 0;
  private kept: Buffer[] = [];
  private readAt = FIRST_READ_BYTES;

  constructor(private readonly read: HeadReader<T>) {}

  /** More bytes do not help the reader. */
  get isSettled(): boolean {
    return this.value !== undefined || this.bytes > MAX_KEPT_BYTES;
  }

  add(chunk: Buffer): void {
    if (!this.isSettled) this.kept.push(chunk);
    this.bytes += chunk.length;
    if (this.isSettled || this.bytes < this.readAt) return;
    this.readAt = this.bytes * 2;
    this.askReader(false);
  }

  end(isWhole: boolean): void {
    if (!this.isSettled) this.askReader(isWhole);
    this.kept = [];
  }

  private askReader(isWhole: boolean): void {
    const head = Buffer.concat(this.kept);
    this.kept = [head];
    this.value = this.read(head, isWhole);
  }
}
