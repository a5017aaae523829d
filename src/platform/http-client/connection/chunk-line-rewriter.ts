/** Maximum length of a line with a chunk size. Node.js rejects longer lines. */
const MAX_LINE_BYTES = 16 * 1024;
const LINE_FEED = 0x0a;
/** A chunk size with optional extensions (RFC 9112, section 7.1). */
const SIZE_LINE = /^[ \t]*([0-9a-f]{1,12})[ \t]*(?:;.*)?\r?$/i;

/**
 * Rewrites the lines of a chunked body to the syntax that RFC 9112 requires. Like browsers, accepts lines
 * that end in a bare LF, and spaces around a chunk size. Leaves other errors unchanged, so Node.js rejects
 * them.
 */
export class ChunkLineRewriter {
  private state: 'size' | 'data' | 'data-end' | 'unchanged' = 'size';
  private line: Buffer = Buffer.alloc(0);
  private dataBytes = 0;

  /** Returns the bytes for the parser of Node.js. Keeps the start of an incomplete line for the next call. */
  rewriteChunk(chunk: Buffer): Buffer {
    const rewrittenChunks: Buffer[] = [];
    let remaining = chunk;
    while (remaining.length > 0) {
      if (this.state === 'unchanged') {
        rewrittenChunks.push(remaining);
        break;
      }
      if (this.state === 'data') {
        const data = remaining.subarray(0, this.dataBytes);
        rewrittenChunks.push(data);
        remaining = remaining.subarray(data.length);
        this.dataBytes -= data.length;
        if (this.dataBytes === 0) this.state = 'data-end';
        continue;
      }
      const lineEnd = remaining.indexOf(LINE_FEED);
      this.line = Buffer.concat([
        this.line,
        lineEnd < 0 ? remaining : remaining.subarray(0, lineEnd),
      ]);
      remaining = lineEnd < 0 ? Buffer.alloc(0) : remaining.subarray(lineEnd + 1);
      if (lineEnd >= 0) rewrittenChunks.push(this.finishLine());
      else if (this.line.length > MAX_LINE_BYTES) rewrittenChunks.push(this.stopRewriting());
    }
    return Buffer.concat(rewrittenChunks);
  }

  /** Returns the start of a line that is still incomplete. */
  endBody(): Buffer {
    return this.stopRewriting();
  }

  private finishLine(): Buffer {
    const line = this.line.toString('latin1');
    if (this.state === 'data-end') {
      if (line !== '' && line !== '\r')
        return Buffer.concat([this.stopRewriting(), Buffer.from('\n')]);
      this.line = Buffer.alloc(0);
      this.state = 'size';
      return Buffer.from('\r\n');
    }
    const size = SIZE_LINE.exec(line)?.[1];
    if (size === undefined) return Buffer.concat([this.stopRewriting(), Buffer.from('\n')]);
    this.line = Buffer.alloc(0);
    this.dataBytes = parseInt(size, 16);
    // Nothing after the last chunk matters, because the connection carries one response.
    if (this.dataBytes > 0) this.state = 'data';
    else this.state = 'unchanged';
    return Buffer.from(this.dataBytes > 0 ? `${size}\r\n` : '0\r\n\r\n');
  }

  private stopRewriting(): Buffer {
    const { line } = this;
    this.line = Buffer.alloc(0);
    this.state = 'unchanged';
    return line;
  }
}
