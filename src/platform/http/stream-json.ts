import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** A client that reads nothing for this long, in milliseconds, is disconnected. */
const STALL_TIMEOUT_MS = 60_000;

/**
 * Streams JSON at the speed of the client. A large response is never held in memory as a whole, and
 * other calls are served between two chunks. Resolves when everything is sent or the client has
 * disconnected.
 */
export async function streamJson(pieces: Iterable<string>, response: Response): Promise<void> {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setTimeout(STALL_TIMEOUT_MS, () => response.destroy());
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), response);
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}

const isDisconnect = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
