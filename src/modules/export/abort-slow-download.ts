import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { abortResponse } from '../../platform/http/abort-response.js';

export interface DownloadLimits {
  /** Minimum speed of the client in bytes per second, averaged over `windowMs`. 0 disables the check. */
  minBytesPerSecond: number;
  windowMs: number;
  /** Maximum duration of the download, in milliseconds. 0 for no limit. */
  timeoutMs: number;
}

const log = new Logger('Export');

/**
 * Aborts a download if the client reads too slowly or the download takes too long. A download occupies
 * a slot, and a product file also keeps a database snapshot open. Time without data to send does not
 * count.
 * @returns a function that stops the checks
 */
export function abortSlowDownload(response: Response, limits: DownloadLimits): () => void {
  const { minBytesPerSecond, windowMs, timeoutMs } = limits;
  const { socket } = response;
  if (!socket) return () => undefined;
  const startedAt = Date.now();
  const initialSentBytes = countSentBytes(socket);
  const abort = (message: string) => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    log.warn({ message, bytes_sent: countSentBytes(socket) - initialSentBytes, seconds });
    abortResponse(response);
  };

  const timers: NodeJS.Timeout[] = [];
  if (minBytesPerSecond > 0) {
    const minBytes = (minBytesPerSecond * windowMs) / 1000;
    let previous = { bytes: initialSentBytes, hasPendingData: false };
    const checkSpeed = () => {
      const current = { bytes: countSentBytes(socket), hasPendingData: socket.writableLength > 0 };
      const isSlow = current.bytes - previous.bytes < minBytes;
      if (isSlow && previous.hasPendingData && current.hasPendingData) {
        abort('Download aborted: the client reads more slowly than EXPORT_MIN_BYTES_PER_SECOND');
      }
      previous = current;
    };
    timers.push(setInterval(checkSpeed, windowMs));
  }
  if (timeoutMs > 0) {
    const message = 'Download aborted: it took longer than EXPORT_TIMEOUT_SECONDS';
    timers.push(setTimeout(() => abort(message), timeoutMs));
  }
  const stop = () => timers.forEach((timer) => clearInterval(timer));
  response.once('close', stop);
  return stop;
}

/** Returns the number of bytes that the operating system has accepted. */
const countSentBytes = ({ bytesWritten, writableLength }: Socket): number =>
  bytesWritten - writableLength;
