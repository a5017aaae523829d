import type { Request, Response } from 'express';
import { refuseTooSlow } from '../common/http/body-deadline.js';

const LEAST_BYTES_PER_SECOND = 1024;
const WINDOW_MS = 30_000;

/**
 * Ends an upload whose client brings too little over a whole window: it holds a database connection
 * for as long as it sends. Where we are what is slow, no client is blamed for it.
 */
export function endWhenTooSlow(
  request: Request,
  response: Response,
  windowMs: number = WINDOW_MS,
): void {
  const least = (LEAST_BYTES_PER_SECOND * windowMs) / 1000;
  const { socket } = request;
  let before = { bytes: socket.bytesRead, full: isFull(request) };
  const timer = setInterval(() => {
    const now = { bytes: socket.bytesRead, full: isFull(request) };
    const isSlow = now.bytes - before.bytes < least;
    if (isSlow && !before.full && !now.full) refuseTooSlow(request, response);
    before = now;
  }, windowMs);
  request.once('close', () => clearInterval(timer));
}

/** Node reads nothing more from the connection until some of this is used. */
const isFull = ({ readableLength, readableHighWaterMark }: Request): boolean =>
  readableLength >= readableHighWaterMark;
