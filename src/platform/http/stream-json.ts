import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Time without reads after which a client is disconnected, in milliseconds. */
const STALL_TIMEOUT_MS = 60_000;

/**
 * Streams JSON at the speed of the client. A large response is never completely in memory, and other calls
 * are served between two chunks. Resolves when everything has been sent or the client has disconnected.
 */
export async function streamJson(chunks: Iterable<string>, response: Response): Promise<void> {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setTimeout(STALL_TIMEOUT_MS, () => response.destroy());
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), response);
  } catch (error) {
    if (!isDisconnect(error)) throw error;
  }
}

const isDisconnect = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
