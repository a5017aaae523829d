import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors/app-error.js';
import { toBodyError } from './body-error.js';
import { BufferedFileWriter } from './buffered-file-writer.js';
import { decodeContent, isConnectionReset, isDecodingError } from './content-decoding.js';
import { DownloadMeter } from './download-meter.js';
import type { FollowedResponse } from '../request/follow-redirects.js';
import { hasImageEnd } from './image-end.js';
import { ContentEncodingInvalidError, DownloadNotWrittenError } from '../outbound-errors.js';
import { pipeToFile } from './pipe-to-file.js';
import { StallDetector } from './stall-detector.js';

export interface SaveOptions {
  /** Path of the file. It is removed when the download fails. */
  path: string;
  /** Returns a small body instead of writing it. */
  keepSmall?: boolean;
  maxBytes: number;
  /** Minimum speed, averaged over each window of `minSpeedWindowMs`. 0 turns the check off. */
  minBytesPerSecond: number;
  minSpeedWindowMs: number;
  /** Time without data after which a complete image counts as the whole file. */
  stallMs?: number;
  /** Reads to the end of the connection, even after a complete image. */
  readToEnd?: boolean;
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
 * is complete, because some servers send too large a Content-Length, or leave the connection open.
 * @throws AppError
 */
export async function saveBody(
  response: FollowedResponse,
  options: SaveOptions,
): Promise<SavedBody> {
  const { body: encodedBody, header, finalUrl } = response;
  const { path, keepSmall, readToEnd, maxBytes } = options;
  const { minBytesPerSecond, minSpeedWindowMs: windowMs } = options;
  const host = finalUrl.hostname;
  const meterOptions = { host, maxBytes, minBytesPerSecond, windowMs };
  const meter = new DownloadMeter(meterOptions, () => fileWriter);
  const fileWriter = new BufferedFileWriter(path, {
    keepSmall,
    onChunk: (chunk) => {
      meter.countChunk(chunk);
      stallDetector?.addChunk(chunk);
    },
  });
  let body: Readable | undefined;
  let stallError: Error | undefined;
  const onStall = () =>
    body?.destroy((stallError = new Error('no data followed the complete image')));
  const stallDetector = readToEnd ? undefined : new StallDetector(onStall, options.stallMs);
  let resetError: Error | undefined;
  encodedBody.once('error', (error) => {
    if (isConnectionReset(error) && !options.signal.aborted) resetError = error;
  });
  let fileError: Error | undefined;
  fileWriter.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall) fileError = error;
  });
  try {
    const contentEncoding = header('content-encoding');
    body = await decodeContent({ host, body: encodedBody, contentEncoding, maxBytes });
    await pipeToFile(body, fileWriter, (error) => error === resetError || error === stallError);
    options.signal.throwIfAborted();
    if (resetError && !(await isWholeImage(path, fileWriter.keptChunks, meter.bytes)))
      throw resetError;
    return { bytes: meter.bytes, sha256: meter.digestSha256(), body: fileWriter.keptChunks };
  } catch (error) {
    encodedBody.destroy();
    fileWriter.destroy();
    await rm(path, { force: true });
    if (fileError) throw new DownloadNotWrittenError(fileError);
    if (isDecodingError(error)) {
      throw new ContentEncodingInvalidError(host, header('content-encoding') ?? '');
    }
    throw error instanceof AppError ? error : toBodyError(error, host);
  } finally {
    meter.stopTimer();
    stallDetector?.stopTimer();
  }
}

async function isWholeImage(
  path: string,
  keptChunks: Buffer[] | undefined,
  bytes: number,
): Promise<boolean> {
  if (keptChunks) {
    const content = Buffer.concat(keptChunks);
    return hasImageEnd(
      async (position, length) => content.subarray(position, position + length),
      bytes,
    );
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
