import type { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { sendBody, type SendOptions } from './send-body.js';

export interface OpenZip {
  /** Number of entries, one for each image. */
  entryCount: number;
  content: Readable;
}

export interface ZipDownload {
  filename: string;
  /** Opens the ZIP. @param signal aborts the wait for a download slot */
  open: (signal: AbortSignal) => Promise<OpenZip>;
}

/** Header with the number of entries. A client compares it to check that the ZIP is complete. */
export const FILES_HEADER = 'Pressroom-Files';

/**
 * Streams a ZIP. Resolves when the ZIP is sent, the client has disconnected, or the download was aborted.
 * @throws the read error; if the response has started, its connection is aborted
 */
export async function sendZip(
  { filename, open }: ZipDownload,
  request: Request,
  response: Response,
  options: SendOptions,
): Promise<void> {
  const setHeaders = () =>
    response.set({
      'Content-Type': 'application/zip',
      'Content-Disposition': contentDisposition(filename),
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
  if (request.method === 'HEAD') {
    setHeaders().end();
    return;
  }
  const { entryCount, content } = await open(options.signal);
  setHeaders().set(FILES_HEADER, String(entryCount));
  await sendBody(content, response, options);
}
