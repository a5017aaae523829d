import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';
import { rejectBody, rejectSlowBody } from './body-deadline.js';

const MIN_BYTES_PER_SECOND = 1024;
/** Minimum while another owner waits for a slot, which a slow upload would block indefinitely. */
const MIN_BYTES_PER_SECOND_CONTENDED = 64 * 1024;
const WINDOW_MS = 30_000;

export class UploadTimedOutError extends AppError {
  constructor(seconds: number) {
    super(HTTP_ERRORS.upload_timed_out, {
      message: `The upload took longer than ${seconds} seconds, and nothing was stored. Split the file, use a faster connection, or raise UPLOAD_TIMEOUT_SECONDS.`,
    });
  }
}

export interface SpeedLimit {
  /** Time over which the speed is measured, in milliseconds. */
  windowMs?: number;
  /** Returns true while another owner waits for the slot of this upload. */
  isContended?: () => boolean;
}

/**
 * Ends an upload whose client sends less than 1 KiB per second over a whole window. The limit is 64 KiB while
 * another owner waits, because an upload holds a database connection. Time in which the server does not read
 * is not counted.
 */
export function abortSlowUpload(
  request: Request,
  response: Response,
  { windowMs = WINDOW_MS, isContended = () => false }: SpeedLimit = {},
): void {
  const { socket } = request;
  let previous = { bytes: socket.bytesRead, isFull: isBufferFull(request) };
  const timer = setInterval(() => {
    const current = { bytes: socket.bytesRead, isFull: isBufferFull(request) };
    const minBytesPerSecond = isContended() ? MIN_BYTES_PER_SECOND_CONTENDED : MIN_BYTES_PER_SECOND;
    const isSlow = current.bytes - previous.bytes < (minBytesPerSecond * windowMs) / 1000;
    if (isSlow && !previous.isFull && !current.isFull) rejectSlowBody(request, response);
    previous = current;
  }, windowMs);
  request.once('close', () => clearInterval(timer));
}

/** Ends an upload whose body has not arrived after `seconds`, regardless of its speed. */
export function abortLateUpload(request: Request, response: Response, seconds: number): void {
  const timer = setTimeout(
    () => rejectBody(request, response, new UploadTimedOutError(seconds)),
    seconds * 1000,
  );
  request.once('close', () => clearTimeout(timer));
}

/**
 * Returns true if the buffer is full. Node.js reads nothing more from the connection until the app reads
 * from the buffer.
 */
const isBufferFull = ({ readableLength, readableHighWaterMark }: Request): boolean =>
  readableLength >= readableHighWaterMark;
