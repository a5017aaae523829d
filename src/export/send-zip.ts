import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { hasGone, STALLED_MS } from './send-csv.js';

/** Streams a ZIP. Ends when all is sent, the client has gone, or `signal` cut it off. */
export async function sendZip(
  { filename, content }: { filename: string; content: () => Readable },
  request: Request,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  const isHead = request.method === 'HEAD';
  // One too many is still told in words.
  const zip = isHead ? undefined : content();
  response.set({
    'Content-Type': 'application/zip',
    'Content-Disposition': contentDisposition(filename),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  if (!zip) {
    response.end();
    return;
  }
  try {
    response.setTimeout(STALLED_MS, () => response.destroy());
    await pipeline(zip, response, { signal });
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
}
