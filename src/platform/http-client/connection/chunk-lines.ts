/** A longer line holds no chunk size. Node.js rejects it. */
const MAX_LINE_BYTES = 16 * 1024;
const LINE_FEED = 0x0a;
/** The size of a chunk, and optional extensions (RFC 9112, section 7.1). */
const SIZE_LINE = /^[ \t]*([0-9a-f]{1,12})[ \t]*(?:;.*)?\r?$/i;

/**
 * Rewrites the lines of a chunked body as RFC 9112 requires them. Browsers accept lines that end in LF only and
 * blanks around the size of a chunk. Anything else stays as it is, and Node.js rejects it.
 */
export class ChunkLineRewriter {
  private state: 'size' | 'data' | 'data-end' | 'unchanged' = 'size';
  private line: Buffer = Buffer.alloc(0);
  private dataBytes = 0;

  /** Returns the bytes for the parser of Node.js. Keeps the start of an incomplete line for the next call. */
  rewriteChunk(received: Buffer): Buffer {
    const rewritten: Buffer[] = [];
    let rest = received;
    while (rest.length > 0) {
      if (this.state === 'unchanged') {
        rewritten.push(rest);
        break;
      }
      if (this.state === 'data') {
        const data = rest.subarray(0, this.dataBytes);
        rewritten.push(data);
        rest = rest.subarray(data.length);
        this.dataBytes -= data.length;
        if (this.dataBytes === 0) this.state = 'data-end';
        continue;
      }
      const end = rest.indexOf(LINE_FEED);
      this.line = Buffer.concat([this.line, end < 0 ? rest : rest.subarray(0, end)]);
      rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
      if (end >= 0) rewritten.push(this.finishLine());
      else if (this.line.length > MAX_LINE_BYTES) rewritten.push(this.giveUp());
    }
    return Buffer.concat(rewritten);
  }

  /** Returns the bytes that were kept. */
  end(): Buffer {
    return this.giveUp();
  }

  private finishLine(): Buffer {
    const line = this.line.toString('latin1');
    if (this.state === 'data-end') {
      if (line !== '' && line !== '\r') return Buffer.concat([this.giveUp(), Buffer.from('\n')]);
      this.line = Buffer.alloc(0);
      this.state = 'size';
      return Buffer.from('\r\n');
    }
    const size = SIZE_LINE.exec(line)?.[1];
    if (size === undefined) return Buffer.concat([this.giveUp(), Buffer.from('\n')]);
    this.line = Buffer.alloc(0);
    this.dataBytes = parseInt(size, 16);
    // Nothing after the last chunk matters, because the connection carries one response.
    if (this.dataBytes > 0) this.state = 'data';
    else this.state = 'unchanged';
    return Buffer.from(this.dataBytes > 0 ? `${size}\r\n` : '0\r\n\r\n');
  }

  private giveUp(): Buffer {
    const kept = this.line;
    this.line = Buffer.alloc(0);
    this.state = 'unchanged';
    return kept;
  }
}
