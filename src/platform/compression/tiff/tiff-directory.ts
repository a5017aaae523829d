/** TIFF 6.0, section 2, and BigTIFF, whose offsets and counts have 8 bytes. */
export interface TiffEntry {
  /** Offset of its bytes. */
  at: number;
  tag: number;
  type: number;
  count: number;
  byteLength: number;
  /** Offset of its values: in the entry itself if they fit into an offset. */
  valueAt: number;
}

export interface TiffDirectory {
  start: number;
  entries: TiffEntry[];
}

/** Sizes in bytes. */
export interface TiffLayout {
  header: number;
  /** Number of entries, before them. */
  count: number;
  entry: number;
  offset: number;
}

export interface TiffFile {
  layout: TiffLayout;
  /** In the order of the file: one for each page. */
  directories: TiffDirectory[];
  /** Position of the offset that returns to an earlier directory; absent if the chain ends. */
  loopAt?: number;
  /** Returns the values of an entry of type BYTE, SHORT, LONG or LONG8; empty for any other type. */
  numbers: (entry: TiffEntry | undefined) => number[];
  writeUInt: (target: Buffer, value: number, at: number, bytes: number) => void;
}

const CLASSIC: TiffLayout = { header: 8, count: 2, entry: 12, offset: 4 };
const BIG: TiffLayout = { header: 16, count: 8, entry: 20, offset: 8 };
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const [BYTE, SHORT, LONG, LONG8] = [1, 3, 4, 16];
/** Maximum number of directories. A file with more is malicious. */
const MAX_DIRECTORIES = 10_000;

/**
 * @param maxDirectories directories that are read; the rest of the chain may be broken
 * @returns undefined for a broken chain of directories
 */
export function readTiff(bytes: Buffer, maxDirectories = Infinity): TiffFile | undefined {
  if (bytes.length < 16) return undefined;
  const little = bytes[0] === 0x49;
  const read = (at: number, size: number): number => {
    if (size < 8) return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
    return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const layout = { 42: CLASSIC, 43: BIG }[read(2, 2)];
  if (!layout) return undefined;
  const { offset } = layout;
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let link = layout.header - offset;
  for (let start = read(link, offset); start !== 0 && seen.size < maxDirectories;) {
    if (seen.has(start)) break;
    if (seen.size >= MAX_DIRECTORIES) return undefined;
    if (start + layout.count > bytes.length) return undefined;
    seen.add(start);
    const count = read(start, layout.count);
    const first = start + layout.count;
    const end = first + count * layout.entry;
    if (end + offset > bytes.length) return undefined;
    const entries = Array.from({ length: count }, (_, i) => {
      const at = first + layout.entry * i;
      const [type, values] = [read(at + 2, 2), read(at + 4, offset)];
      const byteLength = (TYPE_BYTES[type] ?? 1) * values;
      const inEntry = at + 4 + offset;
      const valueAt = byteLength > offset ? read(inEntry, offset) : inEntry;
      return { at, tag: read(at, 2), type, count: values, byteLength, valueAt };
    });
    directories.push({ start, entries });
    link = end;
    start = read(link, offset);
  }
  if (directories.length === 0) return undefined;
  return {
    layout,
    directories,
    ...(seen.has(read(link, offset)) ? { loopAt: link } : {}),
    numbers: (entry) => {
      if (!entry || entry.valueAt + entry.byteLength > bytes.length) return [];
      const { type, count, valueAt } = entry;
      if (![BYTE, SHORT, LONG, LONG8].includes(type)) return [];
      const size = TYPE_BYTES[type];
      return Array.from({ length: count }, (_, i) => read(valueAt + i * size, size));
    },
    writeUInt: (target, value, at, size) => {
      // Offsets are inside the file: the upper half of 8 bytes is zero.
      const low = Math.min(size, 4);
      if (little) target.fill(0, at, at + size).writeUIntLE(value, at, low);
      else target.fill(0, at, at + size).writeUIntBE(value, at + size - low, low);
    },
  };
}

/** Ends a chain of directories that returns to an earlier one. Returns the original bytes of all other files. */
export function endLoop(bytes: Buffer): Buffer {
  const tiff = readTiff(bytes);
  if (tiff?.loopAt === undefined) return bytes;
  return Buffer.from(bytes).fill(0, tiff.loopAt, tiff.loopAt + tiff.layout.offset);
}

/** Tags whose values must be equal if the library reads the pages as one image. */
const COMMON_TAGS = [256, 257, 258, 259, 262, 277, 284, 339];
const [WIDTH, HEIGHT, ORIENTATION] = [256, 257, 274];

/** @returns the page with the most pixels if pages differ or are rotated; undefined if all are alike */
export function largestPage(bytes: Buffer): number | undefined {
  const tiff = readTiff(bytes);
  if (!tiff || tiff.directories.length < 2) return undefined;
  const { directories, numbers } = tiff;
  const readValues = ({ entries }: TiffDirectory, tag: number) =>
    numbers(entries.find((entry) => entry.tag === tag));
  const readShape = (page: TiffDirectory) =>
    COMMON_TAGS.map((tag) => readValues(page, tag).join()).join(';');
  const isAlike = directories.every(
    (page) =>
      readShape(page) === readShape(directories[0]) &&
      (readValues(page, ORIENTATION)[0] ?? 1) === 1,
  );
  if (isAlike) return undefined;
  const sizes = directories.map(
    (page) => (readValues(page, WIDTH)[0] ?? 0) * (readValues(page, HEIGHT)[0] ?? 0),
  );
  return sizes.indexOf(Math.max(...sizes));
}

/** Offset of the first directory, which most writers place after the pixels. */
export function firstDirectoryOffset(bytes: Buffer): number {
  if (bytes.length < 16) return Infinity;
  const little = bytes[0] === 0x49;
  if (bytes[little ? 2 : 3] === 43) {
    return Number(little ? bytes.readBigUInt64LE(8) : bytes.readBigUInt64BE(8));
  }
  return little ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}
