import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ChunkLineRewriter } from './chunk-line-rewriter.js';
import { type LenientHeadOptions, rewriteHead } from './lenient-head.js';
import { OutboundError } from '../outbound-errors.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/** Chromium accepts 256 KB of response headers, Node.js 16 KB. */
export const MAX_HEADER_BYTES = 128 * 1024;
/** Idle time after which a connection counts as ended, if the server ignores `Connection: close`. */
const MAX_IDLE_MS = 2000;
const HEAD_END = /\r?\n\r?\n/;
/** Length of the longest `HEAD_END` match minus one. */
const HEAD_END_OVERLAP_BYTES = 3;

const CHUNKED_HEADER = /\r\nTransfer-Encoding: chunked\r\n/;

/**
 * Rewrites the response head and the lines of a chunked body before Node.js parses them. Node.js
 * parses the body and its framing as strictly as on any other connection.
 */
export class LenientConnection extends Duplex {
  /** Parts of the response head; undefined after the final head. */
  private headChunks: Buffer[] | undefined = [];
  private headBytes = 0;
  private chunkLineRewriter?: ChunkLineRewriter;
  private hasEnded = false;
  private lastBytes: Buffer = Buffer.alloc(0);

  constructor(
    private readonly socket: Duplex,
    private readonly host: string,
    private readonly options: LenientHeadOptions,
  ) {
    super();
    socket.on('data', (chunk: Buffer) => this.receiveChunk(chunk));
    socket.on('end', () => this.receiveEnd());
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.socket.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  /**
   * Does nothing. Node.js calls it on each connection, but an AbortSignal limits the duration of a
   * download.
   */
  setTimeout(): this {
    return this;
  }

  private receiveChunk(chunk: Buffer): void {
    if (this.hasEnded) return;
    if (this.headChunks) this.receiveHead(chunk);
    else this.pushBody(this.chunkLineRewriter ? this.chunkLineRewriter.rewriteChunk(chunk) : chunk);
  }

  private pushBody(bytes: Buffer): void {
    if (bytes.length > 0 && !this.push(bytes)) this.socket.pause();
  }

  private receiveHead(chunk: Buffer): void {
    // Searches only the end, because a head may arrive in thousands of small chunks.
    const tail = Buffer.concat([this.lastBytes, chunk]);
    this.lastBytes = tail.subarray(-HEAD_END_OVERLAP_BYTES);
    const hasHeadEnd = HEAD_END.test(tail.toString('latin1'));
    this.headChunks!.push(chunk);
    this.headBytes += chunk.length;
    if (hasHeadEnd) this.finishHead(Buffer.concat(this.headChunks!));
    else if (this.headBytes > MAX_HEADER_BYTES) this.destroy(createHeadTooLongError(this.host));
  }

  private finishHead(bytes: Buffer): void {
    try {
      // Latin-1 has one character per byte, so positions in the text equal positions in the buffer.
      const { index, 0: separator } = HEAD_END.exec(bytes.toString('latin1'))!;
      if (index > MAX_HEADER_BYTES) throw createHeadTooLongError(this.host);
      const head = rewriteHead(bytes.toString('latin1', 0, index), this.host, this.options);
      const bodyBytes = bytes.subarray(index + separator.length);
      const isInterim = /^HTTP\/1\.\d 1\d\d/.test(head);
      this.headChunks = isInterim ? [] : undefined;
      this.headBytes = 0;
      this.lastBytes = Buffer.alloc(0);
      if (CHUNKED_HEADER.test(head)) this.chunkLineRewriter = new ChunkLineRewriter();
      // Interim responses (100, 103) are dropped. The final head follows.
      if (!isInterim) this.push(Buffer.from(head, 'latin1'));
      if (!isInterim && this.options.ignoreLength) this.endWhenIdle();
      if (bodyBytes.length > 0) this.receiveChunk(bodyBytes);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  private endWhenIdle(): void {
    if (!(this.socket instanceof Socket)) return;
    this.socket.setTimeout(MAX_IDLE_MS, () => this.receiveEnd());
  }

  private receiveEnd(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    // Node.js rejects an incomplete head as invalid.
    if (this.headChunks) this.push(Buffer.concat(this.headChunks));
    if (this.chunkLineRewriter) this.pushBody(this.chunkLineRewriter.endBody());
    this.push(null);
  }
}

function createHeadTooLongError(host: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.response_invalid, {
    message: `${host} sent more than ${MAX_HEADER_BYTES / 1024} KB of headers. Check the URL, or fix the server.`,
  });
}
