import { hasImageEnd } from './image-end.js';

/** Default time without data after which a complete image counts as the whole file. */
const DEFAULT_STALL_MS = 3000;

/**
 * Watches a download whose connection stays open after the last byte, because the server sends no
 * Content-Length, or one that is too large. Browsers show the image as soon as it is complete.
 */
export class StallDetector {
  private firstChunk?: Buffer;
  private previousChunk?: Buffer;
  private lastChunk?: Buffer;
  private bytes = 0;
  private isIdle = false;
  private readonly timer: NodeJS.Timeout;

  /** @param onStall called once, when a complete image has arrived and no more data follows */
  constructor(onStall: () => void, stallMs = DEFAULT_STALL_MS) {
    this.timer = setInterval(() => {
      const wasIdle = this.isIdle;
      this.isIdle = true;
      if (wasIdle) void this.checkEnd(onStall);
    }, stallMs);
  }

  addChunk(chunk: Buffer): void {
    this.firstChunk ??= chunk;
    this.previousChunk = this.lastChunk;
    this.lastChunk = chunk;
    this.bytes += chunk.length;
    this.isIdle = false;
  }

  stopTimer(): void {
    clearInterval(this.timer);
  }

  private async checkEnd(onStall: () => void): Promise<void> {
    const { firstChunk, previousChunk, lastChunk, bytes } = this;
    if (!firstChunk || !lastChunk) return;
    const tail = Buffer.concat(previousChunk ? [previousChunk, lastChunk] : [lastChunk]);
    const tailStart = bytes - tail.length;
    // Bytes between the first and the last chunks are unknown. Only AVIF needs them.
    const isComplete = await hasImageEnd(async (position, length) => {
      const [part, start] =
        position < tailStart ? [firstChunk, position] : [tail, position - tailStart];
      return part.subarray(start, start + length);
    }, bytes);
    if (!isComplete || !this.isIdle) return;
    this.stopTimer();
    onStall();
  }
}
