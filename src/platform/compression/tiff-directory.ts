/** TIFF 6.0, section 2. */
export interface TiffEntry {
  /** Position of its 12 bytes. */
  at: number;
  tag: number;
  type: number;
  count: number;
  byteLength: number;
  /** Position of its values: in the entry itself where they fit into 4 bytes. */
  valueAt: number;
}

export interface TiffDirectory {
  start: number;
  entries: TiffEntry[];
}

export interface TiffFile {
  /** In the order of the file: one for each page. */
  directories: TiffDirectory[];
  /** Values of an entry of type BYTE, SHORT or LONG; empty for any other. */
  numbers: (entry: TiffEntry | undefined) => number[];
  writeUInt16: (target: Buffer, value: number, at: number) => void;
  writeUInt32: (target: Buffer, value: number, at: number) => void;
}

const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const [BYTE, SHORT, LONG] = [1, 3, 4];
/** More are an attack. */
const MAX_DIRECTORIES = 10_000;

/** @returns nothing for a BigTIFF and for a chain of directories that is broken or a circle */
export function readTiff(bytes: Buffer): TiffFile | undefined {
  if (bytes.length < 8) return undefined;
  const little = bytes[0] === 0x49;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (u16(2) !== 42) return undefined;
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  for (let start = u32(4); start !== 0;) {
    if (seen.has(start) || seen.size >= MAX_DIRECTORIES || start + 2 > bytes.length) {
      return undefined;
    }
    seen.add(start);
    const count = u16(start);
    const end = start + 2 + count * 12;
    if (end + 4 > bytes.length) return undefined;
    const entries = Array.from({ length: count }, (_, i) => {
      const at = start + 2 + 12 * i;
      const [type, values] = [u16(at + 2), u32(at + 4)];
      const byteLength = (TYPE_BYTES[type] ?? 1) * values;
      const valueAt = byteLength > 4 ? u32(at + 8) : at + 8;
      return { at, tag: u16(at), type, count: values, byteLength, valueAt };
    });
    directories.push({ start, entries });
    start = u32(end);
  }
  if (directories.length === 0) return undefined;
  return {
    directories,
    numbers: (entry) => {
      if (!entry || entry.valueAt + entry.byteLength > bytes.length) return [];
      const { type, count, valueAt } = entry;
      const read = { [BYTE]: (at: number) => bytes[at], [SHORT]: u16, [LONG]: u32 }[type];
      if (!read) return [];
      return Array.from({ length: count }, (_, i) => read(valueAt + i * TYPE_BYTES[type]));
    },
    writeUInt16: (target, value, at) =>
      little ? target.writeUInt16LE(value, at) : target.writeUInt16BE(value, at),
    writeUInt32: (target, value, at) =>
      little ? target.writeUInt32LE(value, at) : target.writeUInt32BE(value, at),
  };
}

/** Tags of which pages that the library reads as one image have equal values. */
const COMMON_TAGS = [256, 257, 258, 259, 262, 277, 284, 339];
const [WIDTH, HEIGHT, ORIENTATION] = [256, 257, 274];

/** @returns the page with the most pixels where pages differ or are turned; nothing where all are alike */
export function largestPage(bytes: Buffer): number | undefined {
  const tiff = readTiff(bytes);
  if (!tiff || tiff.directories.length < 2) return undefined;
  const { directories, numbers } = tiff;
  const valuesOf = ({ entries }: TiffDirectory, tag: number) =>
    numbers(entries.find((entry) => entry.tag === tag));
  const shapeOf = (page: TiffDirectory) =>
    COMMON_TAGS.map((tag) => valuesOf(page, tag).join()).join(';');
  const isAlike = directories.every(
    (page) =>
      shapeOf(page) === shapeOf(directories[0]) && (valuesOf(page, ORIENTATION)[0] ?? 1) === 1,
  );
  if (isAlike) return undefined;
  const sizes = directories.map(
    (page) => (valuesOf(page, WIDTH)[0] ?? 0) * (valuesOf(page, HEIGHT)[0] ?? 0),
  );
  return sizes.indexOf(Math.max(...sizes));
}

/** Where the first directory is, which most writers put behind the pixels (TIFF 6.0, section 2). */
export function firstDirectoryOffset(bytes: Buffer): number {
  if (bytes.length < 8) return Infinity;
  return bytes[0] === 0x49 ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}
