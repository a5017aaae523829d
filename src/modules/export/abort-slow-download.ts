import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { abortResponse } from '../../platform/http/abort-response.js';

export interface DownloadSpeed {
  /** Minimum speed of the client in bytes per second, averaged over `windowMs`. 0 turns the check off. */
  minBytesPerSecond: number;
  windowMs: number;
  /** Maximum duration of the download, in milliseconds. 0 for no limit. */
  timeoutMs: number;
}

const log = new Logger('Export');

/**
 * Aborts a download whose client reads too slowly, or that takes too long. A download occupies a
 * slot; a product file also holds a database snapshot. Time without data to send does not count.
 * @returns a function that stops the checks
 */
export function abortSlowDownload(response: Response, speed: DownloadSpeed): () => void {
  const { minBytesPerSecond, windowMs, timeoutMs } = speed;
  const { socket } = response;
  if (!socket) return () => undefined;
  const start = Date.now();
  const before = sentBytes(socket);
  const abort = (message: string) => {
    const seconds = Math.round((Date.now() - start) / 1000);
    log.warn({ message, bytes_sent: sentBytes(socket) - before, seconds });
    abortResponse(response);
  };

  const timers: NodeJS.Timeout[] = [];
  if (minBytesPerSecond > 0) {
    const minBytes = (minBytesPerSecond * windowMs) / 1000;
    let last = { bytes: before, isWaiting: false };
    const check = () => {
      const now = { bytes: sentBytes(socket), isWaiting: socket.writableLength > 0 };
      const isSlow = now.bytes - last.bytes < minBytes;
      if (isSlow && last.isWaiting && now.isWaiting) {
        abort('Download aborted: the client reads fewer than EXPORT_MIN_BYTES_PER_SECOND');
      }
      last = now;
    };
    timers.push(setInterval(check, windowMs));
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
const sentBytes = ({ bytesWritten, writableLength }: Socket): number =>
  bytesWritten - writableLength;
