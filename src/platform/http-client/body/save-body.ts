import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors/app-error.js';
import { bodyError } from './body-error.js';
import { BufferedFileWriter } from './buffered-file-writer.js';
import { decodeContent, isConnectionReset, isDecodingError } from './content-decoding.js';
import { DownloadMeter } from './download-meter.js';
import type { FollowedResponse } from '../request/follow-redirects.js';
import { hasImageEnd } from './image-end.js';
import { ContentEncodingInvalidError, DownloadNotWrittenError } from '../outbound-errors.js';
import { pipeToFile } from './pipe-to-file.js';
import { StalledImage } from './stalled-image.js';

export interface SaveOptions {
  /** Path of the file. It is removed when the download fails. */
  to: string;
  /** Returns a small body instead of writing it. */
  keepSmall?: boolean;
  maxBytes: number;
  /** Minimum speed, averaged over each window of `minSpeedWindowMs`. 0 turns the check off. */
  minBytesPerSecond: number;
  minSpeedWindowMs: number;
  /** Time without data after which a complete image counts as the whole file. */
  stallMs?: number;
  /** Reads to the end of the connection, also after a complete image. */
  again?: boolean;
  /** Destroys the body when it aborts. */
  signal: AbortSignal;
}

export interface SavedBody {
  bytes: number;
  sha256: string;
  body?: Buffer[];
}

/**
 * Decodes the body of a response and writes it to a file. Accepts an interrupted body if the image
 * is complete, because some servers announce too large a length, or leave the connection open.
 * @throws AppError
 */
export async function saveBody(
  response: FollowedResponse,
  options: SaveOptions,
): Promise<SavedBody> {
  const { body: coded, header, finalUrl } = response;
  const { to, keepSmall, again, maxBytes } = options;
  const { minBytesPerSecond, minSpeedWindowMs: windowMs } = options;
  const host = finalUrl.hostname;
  const limits = { host, maxBytes, minBytesPerSecond, windowMs };
  const meter = new DownloadMeter(limits, () => file);
  const file = new BufferedFileWriter(to, {
    keepSmall,
    onChunk: (chunk) => {
      meter.count(chunk);
      stalled?.addChunk(chunk);
    },
  });
  let body: Readable | undefined;
  let stall: Error | undefined;
  const onStall = () => body?.destroy((stall = new Error('no data follow a complete image')));
  const stalled = again ? undefined : new StalledImage(onStall, options.stallMs);
  let reset: Error | undefined;
  coded.once('error', (error) => {
    if (isConnectionReset(error) && !options.signal.aborted) reset = error;
  });
  let fileError: Error | undefined;
  file.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall) fileError = error;
  });
  try {
    const contentEncoding = header('content-encoding');
    body = await decodeContent({ host, body: coded, contentEncoding, maxBytes });
    await pipeToFile(body, file, (error) => error === reset || error === stall);
    options.signal.throwIfAborted();
    if (reset && !(await isWholeImage(to, file.kept, meter.bytes))) throw reset;
    return { bytes: meter.bytes, sha256: meter.sha256(), body: file.kept };
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
    meter.stop();
    stalled?.stop();
  }
}

async function isWholeImage(
  path: string,
  kept: Buffer[] | undefined,
  bytes: number,
): Promise<boolean> {
  if (kept) {
    const all = Buffer.concat(kept);
    return hasImageEnd(async (at, length) => all.subarray(at, at + length), bytes);
  }
  const file = await open(path);
  try {
    return await hasImageEnd(async (position, length) => {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
      return buffer.subarray(0, bytesRead);
    }, bytes);
  } finally {
    await file.close();
  }
}
