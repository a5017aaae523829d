import { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { matchesETag } from '../../platform/http/if-none-match.js';
import { sendBody, type SendOptions } from './send-body.js';

/** A product file whose rows are read from a database snapshot. */
export interface OpenFile {
  /** Number of data rows, without the header row and the rows before the header. */
  rowCount: number;
  /** Content of the file, in chunks. */
  content: AsyncGenerator<Buffer>;
  /** Releases the database connection. */
  close: () => Promise<unknown>;
}

export interface FileDownload {
  filename: string;
  contentType: string;
  /** Entity tag; undefined while the file may still change. */
  etag?: string;
  /** Number of data rows, if it is known without reading them. */
  rowCount?: number;
  /** Opens the file. @param signal aborts the wait for a download slot */
  open: (signal: AbortSignal) => Promise<OpenFile>;
}

/** Header with the number of data rows. A client compares it to check that the file is complete. */
export const ROWS_HEADER = 'Pressroom-Rows';

/**
 * Streams a product file at the speed of the client. Resolves when the file is sent, the client has
 * disconnected, or the download was aborted.
 * @throws the read error; if the response has started, its connection is aborted
 */
export async function sendFile(
  { filename, contentType, etag, rowCount, open }: FileDownload,
  request: Request,
  response: Response,
  options: SendOptions,
): Promise<void> {
  const cacheHeaders = etag
    ? { ETag: etag, 'Cache-Control': 'private, no-cache' }
    : { 'Cache-Control': 'no-store' };
  if (etag !== undefined && matchesETag(etag, request)) {
    response.status(304).set(cacheHeaders).end();
    return;
  }
  const setHeaders = (headerRowCount?: number) =>
    response.set({
      'Content-Type': contentType,
      'Content-Disposition': contentDisposition(filename),
      'X-Content-Type-Options': 'nosniff',
      ...(headerRowCount !== undefined && { [ROWS_HEADER]: String(headerRowCount) }),
      ...cacheHeaders,
    });
  if (request.method === 'HEAD') {
    setHeaders(rowCount).end();
    return;
  }
  const file = await open(options.signal);
  try {
    // Reads the first chunks before sending the headers, so an early error still returns a problem document.
    const firstChunks = [await file.content.next(), await file.content.next()];
    setHeaders(file.rowCount);
    const body = Readable.from(prepend(firstChunks, file.content), { objectMode: false });
    await sendBody(body, response, options);
  } finally {
    await file.close();
  }
}

async function* prepend<T>(
  firstResults: IteratorResult<T>[],
  remaining: AsyncGenerator<T>,
): AsyncGenerator<T> {
  for (const { value, done } of firstResults) if (!done) yield value;
  yield* remaining;
}
