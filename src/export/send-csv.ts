import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { clientHas } from '../common/http/if-none-match.js';

export interface CsvDownload {
  filename: string;
  /** Entity tag of a file that does not change any more. */
  tag?: string;
  /** The text, piece by piece; nothing is read before the first is asked for. */
  pieces: () => AsyncGenerator<string>;
}

/** A client that takes nothing for this long is cut off: it holds a database connection. */
export const STALLED_MS = 60_000;

/**
 * Streams a CSV at the speed of the client. Ends when all is sent, the client has gone, or `signal`
 * cut it off.
 * @throws whatever the text fails with; once the answer has begun, the connection is cut as well, so
 *   that nobody takes a part for the whole
 */
export async function sendCsv(
  { filename, tag, pieces }: CsvDownload,
  request: Request,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  const caching = tag
    ? { ETag: tag, 'Cache-Control': 'private, no-cache' }
    : { 'Cache-Control': 'no-store' };
  if (tag !== undefined && clientHas(tag, request)) {
    response.status(304).set(caching).end();
    return;
  }
  const setHeaders = () =>
    response.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': contentDisposition(filename),
      'X-Content-Type-Options': 'nosniff',
      ...caching,
    });
  if (request.method === 'HEAD') {
    setHeaders().end();
    return;
  }
  const text = pieces();
  try {
    // An error before the first rows can still be told in words.
    const first = [await text.next(), await text.next()];
    setHeaders();
    response.setTimeout(STALLED_MS, () => response.destroy());
    await pipeline(Readable.from(startingWith(first, text), { objectMode: false }), response, {
      signal,
    });
  } catch (error) {
    if (!hasGone(error)) throw error;
  } finally {
    await text.return(undefined);
  }
}

async function* startingWith<T>(
  first: IteratorResult<T>[],
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  for (const { value, done } of first) if (!done) yield value;
  yield* rest;
}

/** The client closed the connection, took nothing for too long, or the app stops. */
export const hasGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ABORT_ERR');
