/** An entry of a directory (TIFF 6.0, section 2). In a BigTIFF, offsets and counts are 8 bytes long. */
export interface TiffEntry {
  /** Offset of the entry. */
  entryOffset: number;
  tag: number;
  type: number;
  count: number;
  byteLength: number;
  /** Offset of the values. They are stored in the entry itself if they are no longer than an offset. */
  valueOffset: number;
}

export interface TiffDirectory {
  start: number;
  entries: TiffEntry[];
}

/** Sizes of the fields of a TIFF, in bytes. */
export interface TiffLayout {
  headerBytes: number;
  /** Size of the number that precedes the entries of a directory. */
  countBytes: number;
  entryBytes: number;
  offsetBytes: number;
}

export interface TiffFile {
  layout: TiffLayout;
  /** One directory for each page, in file order. */
  directories: TiffDirectory[];
  /** Position of the offset that returns to an earlier directory; absent if the chain ends. */
  loopOffset?: number;
  /** Returns the values of an entry of type BYTE, SHORT, LONG or LONG8; empty for any other type. */
  readNumbers: (entry: TiffEntry | undefined) => number[];
  writeUInt: (target: Buffer, value: number, offset: number, bytes: number) => void;
}

const CLASSIC_LAYOUT: TiffLayout = {
  headerBytes: 8,
  countBytes: 2,
  entryBytes: 12,
  offsetBytes: 4,
};
const BIG_TIFF_LAYOUT: TiffLayout = {
  headerBytes: 16,
  countBytes: 8,
  entryBytes: 20,
  offsetBytes: 8,
};
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const [BYTE, SHORT, LONG, LONG8] = [1, 3, 4, 16];
/** Maximum number of directories. A file with more directories is considered malicious. */
const MAX_DIRECTORIES = 10_000;

/**
 * Reads the directories of a TIFF.
 *
 * @param maxDirectories maximum number of directories to read; the remaining chain may be broken
 * @returns undefined for a broken chain of directories
 */
export function readTiff(bytes: Buffer, maxDirectories = Infinity): TiffFile | undefined {
  if (bytes.length < 16) return undefined;
  const isLittleEndian = bytes[0] === 0x49;
  const readUInt = (offset: number, size: number): number => {
    if (size < 8)
      return isLittleEndian ? bytes.readUIntLE(offset, size) : bytes.readUIntBE(offset, size);
    return Number(isLittleEndian ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset));
  };
  const layout = { 42: CLASSIC_LAYOUT, 43: BIG_TIFF_LAYOUT }[readUInt(2, 2)];
  if (!layout) return undefined;
  const { offsetBytes } = layout;
  const directories: TiffDirectory[] = [];
  const visitedOffsets = new Set<number>();
  let linkOffset = layout.headerBytes - offsetBytes;
  for (
    let start = readUInt(linkOffset, offsetBytes);
    start !== 0 && visitedOffsets.size < maxDirectories;
  ) {
    if (visitedOffsets.has(start)) break;
    if (visitedOffsets.size >= MAX_DIRECTORIES) return undefined;
    if (start + layout.countBytes > bytes.length) return undefined;
    visitedOffsets.add(start);
    const count = readUInt(start, layout.countBytes);
    const firstEntry = start + layout.countBytes;
    const end = firstEntry + count * layout.entryBytes;
    if (end + offsetBytes > bytes.length) return undefined;
    const entries = Array.from({ length: count }, (_, i) => {
      const entryOffset = firstEntry + layout.entryBytes * i;
      const [type, valueCount] = [
        readUInt(entryOffset + 2, 2),
        readUInt(entryOffset + 4, offsetBytes),
      ];
      const byteLength = (TYPE_BYTES[type] ?? 1) * valueCount;
      const inlineOffset = entryOffset + 4 + offsetBytes;
      const valueOffset =
        byteLength > offsetBytes ? readUInt(inlineOffset, offsetBytes) : inlineOffset;
      return {
        entryOffset,
        tag: readUInt(entryOffset, 2),
        type,
        count: valueCount,
        byteLength,
        valueOffset,
      };
    });
    directories.push({ start, entries });
    linkOffset = end;
    start = readUInt(linkOffset, offsetBytes);
  }
  if (directories.length === 0) return undefined;
  return {
    layout,
    directories,
    ...(visitedOffsets.has(readUInt(linkOffset, offsetBytes)) ? { loopOffset: linkOffset } : {}),
    readNumbers: (entry) => {
      if (!entry || entry.valueOffset + entry.byteLength > bytes.length) return [];
      const { type, count, valueOffset } = entry;
      if (![BYTE, SHORT, LONG, LONG8].includes(type)) return [];
      const size = TYPE_BYTES[type];
      return Array.from({ length: count }, (_, i) => readUInt(valueOffset + i * size, size));
    },
    writeUInt: (target, value, position, size) => {
      // Offsets are within the file, so the upper four of eight bytes are zero.
      const lowBytes = Math.min(size, 4);
      if (isLittleEndian)
        target.fill(0, position, position + size).writeUIntLE(value, position, lowBytes);
      else
        target
          .fill(0, position, position + size)
          .writeUIntBE(value, position + size - lowBytes, lowBytes);
    },
  };
}

/** Ends a directory chain where it returns to an earlier directory. Returns all other files unchanged. */
export function breakDirectoryLoop(bytes: Buffer): Buffer {
  const tiff = readTiff(bytes);
  if (tiff?.loopOffset === undefined) return bytes;
  return Buffer.from(bytes).fill(0, tiff.loopOffset, tiff.loopOffset + tiff.layout.offsetBytes);
}

/** Tags whose values must be identical if sharp reads the pages as one image. */
const COMMON_TAGS = [256, 257, 258, 259, 262, 277, 284, 339];
const [WIDTH, HEIGHT, ORIENTATION] = [256, 257, 274];

/** Returns the index of the page with the most pixels if pages differ or are rotated; otherwise undefined. */
export function findLargestPage(bytes: Buffer): number | undefined {
  const tiff = readTiff(bytes);
  if (!tiff || tiff.directories.length < 2) return undefined;
  const { directories, readNumbers } = tiff;
  const readValues = ({ entries }: TiffDirectory, tag: number) =>
    readNumbers(entries.find((entry) => entry.tag === tag));
  const readShape = (page: TiffDirectory) =>
    COMMON_TAGS.map((tag) => readValues(page, tag).join()).join(';');
  const arePagesAlike = directories.every(
    (page) =>
      readShape(page) === readShape(directories[0]) &&
      (readValues(page, ORIENTATION)[0] ?? 1) === 1,
  );
  if (arePagesAlike) return undefined;
  const pixelCounts = directories.map(
    (page) => (readValues(page, WIDTH)[0] ?? 0) * (readValues(page, HEIGHT)[0] ?? 0),
  );
  return pixelCounts.indexOf(Math.max(...pixelCounts));
}

/** Reads the offset of the first directory, which most writers place after the pixels. */
export function readFirstDirectoryOffset(bytes: Buffer): number {
  if (bytes.length < 16) return Infinity;
  const isLittleEndian = bytes[0] === 0x49;
  if (bytes[isLittleEndian ? 2 : 3] === 43) {
    return Number(isLittleEndian ? bytes.readBigUInt64LE(8) : bytes.readBigUInt64BE(8));
  }
  return isLittleEndian ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}
