/** ISO/IEC 14496-12: a file is a sequence of boxes, some of which contain boxes. */
export interface IsoBox {
  type: string;
  start: number;
  /** Start of its content. */
  content: number;
  end: number;
}

/** Maximum number of boxes in one container. A file with more is malicious. */
const MAX_BOXES = 10_000;

/** @returns undefined if a box exceeds its container */
export function readBoxes(bytes: Buffer, start: number, end: number): IsoBox[] | undefined {
  const boxes: IsoBox[] = [];
  for (let at = start; at < end;) {
    if (at + 8 > end || boxes.length >= MAX_BOXES) return undefined;
    let size = bytes.readUInt32BE(at);
    let content = at + 8;
    if (size === 1) {
      if (at + 16 > end) return undefined;
      size = Number(bytes.readBigUInt64BE(at + 8));
      content = at + 16;
    } else if (size === 0) {
      size = end - at;
    }
    if (at + size < content || at + size > end) return undefined;
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at,
      content,
      end: at + size,
    });
    at += size;
  }
  return boxes;
}

/** Reads successive big-endian numbers. A read beyond the end throws a `RangeError`. */
export class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  /** @param size in bytes: 0, 1, 2, 4 or 8; 0 reads nothing and returns 0 */
  uint(size: number): number {
    const { at } = this;
    this.at += size;
    if (size === 8) return Number(this.bytes.readBigUInt64BE(at));
    return size === 0 ? 0 : this.bytes.readUIntBE(at, size);
  }
}

/** Writes a box. */
export function isoBox(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
