/** A box of an ISO media file (ISO/IEC 14496-12). Some boxes contain other boxes. */
export interface IsoBox {
  type: string;
  start: number;
  /** Start of the box content. */
  contentStart: number;
  end: number;
}

/** Maximum number of boxes in one container. A file with more boxes is considered malicious. */
const MAX_BOXES = 10_000;

/** Reads the boxes of a container. @returns undefined if a box exceeds its container */
export function readBoxes(bytes: Buffer, start: number, end: number): IsoBox[] | undefined {
  const boxes: IsoBox[] = [];
  for (let offset = start; offset < end;) {
    if (offset + 8 > end || boxes.length >= MAX_BOXES) return undefined;
    let size = bytes.readUInt32BE(offset);
    let contentStart = offset + 8;
    if (size === 1) {
      if (offset + 16 > end) return undefined;
      size = Number(bytes.readBigUInt64BE(offset + 8));
      contentStart = offset + 16;
    } else if (size === 0) {
      size = end - offset;
    }
    if (offset + size < contentStart || offset + size > end) return undefined;
    boxes.push({
      type: bytes.toString('latin1', offset + 4, offset + 8),
      start: offset,
      contentStart,
      end: offset + size,
    });
    offset += size;
  }
  return boxes;
}

/** Reads consecutive big-endian numbers. Reading beyond the end throws a `RangeError`. */
export class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    public offset: number,
  ) {}

  /** @param size in bytes: 0, 1, 2, 4 or 8. For 0, reads nothing and returns 0. */
  readUInt(size: number): number {
    const { offset } = this;
    this.offset += size;
    if (size === 8) return Number(this.bytes.readBigUInt64BE(offset));
    return size === 0 ? 0 : this.bytes.readUIntBE(offset, size);
  }
}

export function createIsoBox(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(header.length + body.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}
