import { once } from 'node:events';
import { Transform, type TransformCallback } from 'node:stream';
import { callbackify } from 'node:util';
import { createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib';
import { GzipHeader } from './gzip-header.js';

/** CRC-32 and length follow the data of a member (RFC 1952, section 2.3.1). */
const TRAILER_BYTES = 8;
/** Maximum number of members in a file. Each member needs its own decoder. */
const MAX_MEMBERS = 4096;

/**
 * Decodes gzip as browsers do: ignores the checksum, and any data after the last member. `createGunzip()`
 * fails for such data and drops the preceding data in the same chunk.
 */
export class GzipDecoder extends Transform {
  private header = new GzipHeader();
  /** Decodes the current member. Undefined while a header or trailer is being read. */
  private inflate?: InflateRaw;
  private trailerBytes = 0;
  private memberCount = 0;
  private hasEnded = false;

  constructor(private readonly options: ZlibOptions) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    callbackify(() => this.decode(chunk))(done);
  }

  override _flush(done: TransformCallback): void {
    callbackify(() => this.endMember())(done);
  }

  override _read(size: number): void {
    this.inflate?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inflate?.destroy();
    super._destroy(error, done);
  }

  private async decode(chunk: Buffer): Promise<void> {
    let remaining = chunk;
    while (remaining.length > 0 && !this.hasEnded) {
      if (this.inflate) remaining = await this.decodeData(this.inflate, remaining);
      else if (this.trailerBytes > 0) remaining = this.skipTrailer(remaining);
      else remaining = this.readHeader(remaining);
    }
  }

  private readHeader(chunk: Buffer): Buffer {
    let end: number | undefined;
    try {
      end = this.header.findEnd(chunk);
    } catch {
      if (this.memberCount === 0) throw createHeaderError();
      this.hasEnded = true;
      return chunk;
    }
    if (end === undefined) return Buffer.alloc(0);
    this.memberCount++;
    this.inflate = createInflateRaw(this.options);
    // `decodeData` reports errors. Without a listener, a later error would end the process.
    this.inflate.on('error', () => undefined);
    this.inflate.on('data', (data: Buffer) => {
      if (!this.push(data)) this.inflate?.pause();
    });
    return chunk.subarray(end);
  }

  /** Returns the bytes after the data of the member. */
  private async decodeData(inflate: InflateRaw, chunk: Buffer): Promise<Buffer> {
    const bytesWrittenBefore = inflate.bytesWritten;
    try {
      await writeChunk(inflate, chunk);
      const usedBytes = inflate.bytesWritten - bytesWrittenBefore;
      if (usedBytes === chunk.length) return Buffer.alloc(0);
      await this.endMember();
      return chunk.subarray(usedBytes);
    } catch (error) {
      if (this.memberCount === 1) throw error;
      this.inflate = undefined;
      this.hasEnded = true;
      return chunk;
    }
  }

  private skipTrailer(chunk: Buffer): Buffer {
    const skippedBytes = Math.min(this.trailerBytes, chunk.length);
    this.trailerBytes -= skippedBytes;
    return chunk.subarray(skippedBytes);
  }

  /** Waits for the remaining data of the member. */
  private async endMember(): Promise<void> {
    const { inflate } = this;
    if (!inflate) return;
    const endEvent = inflate.readableEnded ? undefined : once(inflate, 'end');
    inflate.end();
    await endEvent;
    this.inflate = undefined;
    this.header = new GzipHeader();
    this.trailerBytes = TRAILER_BYTES;
    this.hasEnded ||= this.memberCount >= MAX_MEMBERS;
  }
}

function writeChunk(inflate: InflateRaw, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    inflate.once('error', reject);
    inflate.write(chunk, (error) => {
      inflate.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Returns the error that zlib reports for an invalid header. */
const createHeaderError = (): Error =>
  Object.assign(new Error('incorrect header check'), { code: 'Z_DATA_ERROR' });
