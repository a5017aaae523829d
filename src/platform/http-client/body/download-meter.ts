import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { DownloadTooLargeError, DownloadTooSlowError } from '../outbound-errors.js';

export interface MeterOptions {
  /** Host for error messages. */
  host: string;
  maxBytes: number;
  /** Minimum speed, averaged over each window of `windowMs`. 0 turns the check off. */
  minBytesPerSecond: number;
  windowMs: number;
}

/** Counts and hashes the bytes for a destination stream, and destroys the stream if they arrive too slowly. */
export class DownloadMeter {
  bytes = 0;
  private readonly hash = createHash('sha256');
  private readonly timer: NodeJS.Timeout;
  private bytesAtWindowStart = 0;

  constructor(
    private readonly options: MeterOptions,
    private readonly getDestination: () => Writable,
  ) {
    this.timer = setInterval(() => this.checkSpeed(), options.windowMs);
  }

  /** Returns the hash in hex. Call this only once, after the last chunk. */
  digestSha256(): string {
    return this.hash.digest('hex');
  }

  /** @throws DownloadTooLargeError */
  countChunk(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.options.maxBytes) throw new DownloadTooLargeError(this.options.maxBytes);
    this.hash.update(chunk);
  }

  stopTimer(): void {
    clearInterval(this.timer);
  }

  /**
   * Fails a download that is too slow. A full buffer means that the local disk is slow, not the
   * server.
   */
  private checkSpeed(): void {
    const destination = this.getDestination();
    const expectedBytes = (this.options.minBytesPerSecond * this.options.windowMs) / 1000;
    if (!destination.writableNeedDrain && this.bytes - this.bytesAtWindowStart < expectedBytes) {
      destination.destroy(new DownloadTooSlowError(this.options.host));
    }
    this.bytesAtWindowStart = this.bytes;
  }
}
