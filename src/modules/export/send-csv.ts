import { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { matchesETag } from '../../platform/http/if-none-match.js';
import { sendBody, type SendLimits } from './send-body.js';

/** A CSV whose rows are being read from a snapshot. */
export interface OpenCsv {
  /** Data rows, without the header row. */
  rows: number;
  /** The text, piece by piece. */
  text: AsyncGenerator<string>;
  /** Frees the database connection. */
  close: () => Promise<unknown>;
}

export interface CsvDownload {
  filename: string;
  /** Entity tag of a file that does not change any more. */
  tag?: string;
  /** Data rows, where they are known without reading them. */
  rows?: number;
  /** @param signal aborts the wait for a download slot */
  open: (signal: AbortSignal) => Promise<OpenCsv>;
}

/** Announces how many data rows the CSV has, so that a client can tell whether it has all of them. */
export const ROWS_HEADER = 'Pressroom-Rows';

/**
 * Streams a CSV at the speed of the client. Ends when everything is sent, the client has disconnected,
 * or the download was aborted.
 * @throws whatever reading fails with; the connection is aborted once the response has begun
 */
export async function sendCsv(
  { filename, tag, rows, open }: CsvDownload,
  request: Request,
  response: Response,
  limits: SendLimits,
): Promise<void> {
  const caching = tag
    ? { ETag: tag, 'Cache-Control': 'private, no-cache' }
    : { 'Cache-Control': 'no-store' };
  if (tag !== undefined && matchesETag(tag, request)) {
    response.status(304).set(caching).end();
    return;
  }
  const setHeaders = (rows?: number) =>
    response.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': contentDisposition(filename),
      'X-Content-Type-Options': 'nosniff',
      ...(rows !== undefined && { [ROWS_HEADER]: String(rows) }),
      ...caching,
    });
  if (request.method === 'HEAD') {
    setHeaders(rows).end();
    return;
  }
  const csv = await open(limits.signal);
  try {
    // An error before the first rows is still answered with a problem document.
    const first = [await csv.text.next(), await csv.text.next()];
    setHeaders(csv.rows);
    const pieces = Readable.from(startingWith(first, csv.text), { objectMode: false });
    await sendBody(pieces, response, limits);
  } finally {
    await csv.close();
  }
}

async function* startingWith<T>(
  first: IteratorResult<T>[],
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  for (const { value, done } of first) if (!done) yield value;
  yield* rest;
}
