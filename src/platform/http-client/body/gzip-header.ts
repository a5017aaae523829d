const FIXED_FIELDS_BYTES = 10;
const DEFLATE_METHOD = 8;
/** Flags of a gzip header (RFC 1952, section 2.3.1). */
const FLAG_HEADER_CHECKSUM = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
/** The extra field is at most 64 KiB long. A longer name or comment is an attack. */
const MAX_HEADER_BYTES = 128 * 1024;

/** Parses the header of a gzip member that arrives in parts. Does not store the name or the comment. */
export class GzipHeader {
  private readonly fields = readFields();
  private headerBytes = 0;

  constructor() {
    this.fields.next();
  }

  /**
   * Returns the position in `chunk` after the header, or undefined if the header continues in the next
   * chunk.
   * @throws RangeError for bytes that are not a gzip header
   */
  findEnd(chunk: Buffer): number | undefined {
    for (let index = 0; index < chunk.length; index++) {
      this.headerBytes++;
      if (this.headerBytes > MAX_HEADER_BYTES) throw new RangeError('the gzip header is too long');
      if (this.fields.next(chunk[index]).done) return index + 1;
    }
    return undefined;
  }
}

/** Parses the header byte by byte. */
function* readFields(): Generator<undefined, void, number> {
  const fixedBytes: number[] = [];
  while (fixedBytes.length < FIXED_FIELDS_BYTES) {
    fixedBytes.push(yield);
    const [firstByte, secondByte = 0x8b, method = DEFLATE_METHOD] = fixedBytes;
    if (firstByte !== 0x1f || secondByte !== 0x8b || method !== DEFLATE_METHOD) {
      throw new RangeError('these bytes are not a gzip header');
    }
  }
  const [, , , flags] = fixedBytes;
  if (flags & FLAG_EXTRA) {
    const length = (yield) + (yield) * 256;
    for (let remaining = length; remaining > 0; remaining--) yield;
  }
  if (flags & FLAG_NAME) while ((yield) !== 0);
  if (flags & FLAG_COMMENT) while ((yield) !== 0);
  if (flags & FLAG_HEADER_CHECKSUM) {
    yield;
    yield;
  }
}
