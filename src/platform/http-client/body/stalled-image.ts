import { hasImageEnd } from './image-end.js';

/** Default time without data after which a complete image counts as the whole file. */
const STALL_MS = 3000;

/**
 * Watches a download whose connection stays open after the last byte, because the server announces
 * too large a length or no end. Browsers show the image as soon as it is complete.
 */
export class StalledImage {
  private first?: Buffer;
  private beforeLast?: Buffer;
  private last?: Buffer;
  private bytes = 0;
  private isIdle = false;
  private readonly timer: NodeJS.Timeout;

  /** @param onStall called once, when a complete image has arrived and no more data follow */
  constructor(onStall: () => void, stallMs = STALL_MS) {
    this.timer = setInterval(() => {
      const wasIdle = this.isIdle;
      this.isIdle = true;
      if (wasIdle) void this.checkEnd(onStall);
    }, stallMs);
  }

  addChunk(chunk: Buffer): void {
    this.first ??= chunk;
    this.beforeLast = this.last;
    this.last = chunk;
    this.bytes += chunk.length;
    this.isIdle = false;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async checkEnd(onStall: () => void): Promise<void> {
    const { first, beforeLast, last, bytes } = this;
    if (!first || !last) return;
    const tail = Buffer.concat(beforeLast ? [beforeLast, last] : [last]);
    const tailAt = bytes - tail.length;
    // Bytes between the first and the last chunks are unknown. Only AVIF needs them.
    const isWhole = await hasImageEnd(async (position, length) => {
      const [part, start] = position < tailAt ? [first, position] : [tail, position - tailAt];
      return part.subarray(start, start + length);
    }, bytes);
    if (!isWhole || !this.isIdle) return;
    this.stop();
    onStall();
  }
}
