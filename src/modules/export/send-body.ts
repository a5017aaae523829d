import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { abortResponse } from '../../platform/http/abort-response.js';
import { abortSlowDownload, type DownloadLimits } from './abort-slow-download.js';

/** Maximum number of `close` listeners. pipeline() and the middleware add more than the default of ten. */
const MAX_LISTENERS = 20;

export interface SendOptions {
  /** Aborts the download if the app stops or the client disconnects. */
  signal: AbortSignal;
  downloadLimits: DownloadLimits;
}

/**
 * Streams a response body. Resolves when the body is sent, the client has disconnected, or the download
 * was aborted. If the body can't be completed, resets the connection.
 * @throws the error of `source`
 */
export async function sendBody(
  source: Readable,
  response: Response,
  { signal, downloadLimits }: SendOptions,
): Promise<void> {
  const abort = () => abortResponse(response);
  // Listens before pipeline(), which would close the connection instead of resetting it.
  source.once('error', abort);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const stopWatching = abortSlowDownload(response, downloadLimits);
  response.setMaxListeners(MAX_LISTENERS);
  try {
    await pipeline(source, response);
  } catch (error) {
    if (!isConnectionClosed(error)) throw error;
  } finally {
    stopWatching();
    signal.removeEventListener('abort', abort);
  }
}

/** Returns true if the client closed the connection or the download was aborted. */
const isConnectionClosed = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
