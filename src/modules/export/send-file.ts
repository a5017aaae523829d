import { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { matchesETag } from '../../platform/http/if-none-match.js';
import { sendBody, type SendLimits } from './send-body.js';

/** A product file whose rows are read from a database snapshot. */
export interface OpenFile {
  /** Number of data rows, without the header row and the rows before it. */
  rows: number;
  /** Content of the file, in chunks. */
  content: AsyncGenerator<Buffer>;
  /** Frees the database connection. */
  close: () => Promise<unknown>;
}

export interface FileDownload {
  filename: string;
  contentType: string;
  /** Entity tag, if the file no longer changes. */
  tag?: string;
  /** Number of data rows, when known without reading them. */
  rows?: number;
  /** @param signal aborts the wait for a download slot */
  open: (signal: AbortSignal) => Promise<OpenFile>;
}

/** Header with the number of data rows. A client compares it to check that the file is complete. */
export const ROWS_HEADER = 'Pressroom-Rows';

/**
 * Streams a product file at the speed of the client. Ends when everything is sent, the client has
 * disconnected, or the download was aborted.
 * @throws the read error; the connection is aborted once the response has begun
 */
export async function sendFile(
  { filename, contentType, tag, rows, open }: FileDownload,
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
      'Content-Type': contentType,
      'Content-Disposition': contentDisposition(filename),
      'X-Content-Type-Options': 'nosniff',
      ...(rows !== undefined && { [ROWS_HEADER]: String(rows) }),
      ...caching,
    });
  if (request.method === 'HEAD') {
    setHeaders(rows).end();
    return;
  }
  const file = await open(limits.signal);
  try {
    // An error before the first rows is still answered with a problem document.
    const first = [await file.content.next(), await file.content.next()];
    setHeaders(file.rows);
    const pieces = Readable.from(prepend(first, file.content), { objectMode: false });
    await sendBody(pieces, response, limits);
  } finally {
    await file.close();
  }
}

async function* prepend<T>(first: IteratorResult<T>[], rest: AsyncGenerator<T>): AsyncGenerator<T> {
  for (const { value, done } of first) if (!done) yield value;
  yield* rest;
}
