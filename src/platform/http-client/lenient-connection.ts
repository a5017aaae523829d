import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type LenientHeadOptions, rewriteHead } from './lenient-head.js';
import { OutboundError } from './outbound-errors.js';
import { OUTBOUND_ERRORS } from './error-table.js';

/** Chromium accepts 256 KB of response headers, Node.js 16 KB. */
export const MAX_HEADER_BYTES = 128 * 1024;
/** A server that keeps a connection open although asked not to: so long after its last byte. */
const MAX_IDLE_MS = 2000;
const HEAD_END = /\r?\n\r?\n/;
/** Bytes of the longest match, less one. */
const HEAD_END_BYTES = 3;

/**
 * A connection that rewrites the head of its one response before Node.js parses it. The body and
 * its framing are parsed as strictly as on any other connection.
 */
export class LenientConnection extends Duplex {
  /** Undefined after the final head. */
  private head: Buffer[] | undefined = [];
  private headBytes = 0;
  private hasEnded = false;
  private lastBytes: Buffer = Buffer.alloc(0);

  constructor(
    private readonly socket: Duplex,
    private readonly host: string,
    private readonly options: LenientHeadOptions,
  ) {
    super();
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
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

  /** Node.js calls it on each connection; the deadline of a download is its AbortSignal. */
  setTimeout(): this {
    return this;
  }

  private receive(chunk: Buffer): void {
    if (this.hasEnded) return;
    if (this.head) this.receiveHead(chunk);
    else if (!this.push(chunk)) this.socket.pause();
  }

  private receiveHead(chunk: Buffer): void {
    // Only the end is searched: a head may come in thousands of small pieces.
    const end = Buffer.concat([this.lastBytes, chunk]);
    this.lastBytes = end.subarray(-HEAD_END_BYTES);
    const mayEnd = HEAD_END.test(end.toString('latin1'));
    this.head!.push(chunk);
    this.headBytes += chunk.length;
    if (mayEnd) this.finishHead(Buffer.concat(this.head!));
    else if (this.headBytes > MAX_HEADER_BYTES) this.destroy(headTooLong(this.host));
  }

  private finishHead(received: Buffer): void {
    try {
      // One character a byte, so that positions in the text are positions in the buffer.
      const { index, 0: separator } = HEAD_END.exec(received.toString('latin1'))!;
      if (index > MAX_HEADER_BYTES) throw headTooLong(this.host);
      const head = rewriteHead(received.toString('latin1', 0, index), this.host, this.options);
      const rest = received.subarray(index + separator.length);
      const isInterim = /^HTTP\/1\.\d 1\d\d/.test(head);
      this.head = isInterim ? [] : undefined;
      this.headBytes = 0;
      this.lastBytes = Buffer.alloc(0);
      // 100 and 103 say nothing of the file; the final head follows.
      if (!isInterim) this.push(Buffer.from(head, 'latin1'));
      if (!isInterim && this.options.ignoreLength) this.endWhenIdle();
      if (rest.length > 0) this.receive(rest);
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
    // Node.js parses what is left of a head, and says that it is none.
    if (this.head) this.push(Buffer.concat(this.head));
    this.push(null);
  }
}

function headTooLong(host: string): OutboundError {
  return new OutboundError(OUTBOUND_ERRORS.response_invalid, {
    message: `${host} sends more than ${MAX_HEADER_BYTES / 1024} KB of headers. Check the URL, or have the server corrected.`,
  });
}
