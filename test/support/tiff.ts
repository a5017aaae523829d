/** Field types of TIFF 6.0, and LONG8 of BigTIFF. */
export const FIELD_TYPES = { ASCII: 2, SHORT: 3, LONG: 4, UNDEFINED: 7, LONG8: 16 } as const;
const VALUE_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 7: 1, 16: 8 };

export interface TiffTag {
  tag: number;
  type: number;
  values: readonly number[];
}

export const shortTag = (tag: number, ...values: number[]): TiffTag => ({
  tag,
  type: FIELD_TYPES.SHORT,
  values,
});
export const longTag = (tag: number, ...values: number[]): TiffTag => ({
  tag,
  type: FIELD_TYPES.LONG,
  values,
});
export const textTag = (tag: number, value: string): TiffTag => ({
  tag,
  type: FIELD_TYPES.ASCII,
  values: [...Buffer.from(value, 'latin1')],
});

/** Tags of a page, and its strips or tiles. The tags for their offsets and byte counts are added. */
export interface TiffPage {
  tags: TiffTag[];
  parts: Buffer[];
  isTiled?: boolean;
}

/** Builds a little-endian TIFF or BigTIFF with uncompressed strips or tiles. */
export function buildTiff(pages: TiffPage[], isBig = false): Buffer {
  const offsetBytes = isBig ? 8 : 4;
  const header = isBig
    ? Buffer.from('49492b000800000000000000000000000000', 'hex').subarray(0, 16)
    : Buffer.from('49492a0000000000', 'hex');
  const chunks: Buffer[] = [header];
  let fileLength = header.length;
  const append = (chunk: Buffer): number => {
    const start = fileLength;
    const padded = Buffer.concat([chunk, Buffer.alloc(chunk.length % 2)]);
    chunks.push(padded);
    fileLength += padded.length;
    return start;
  };
  /** Position at which the offset of the next directory is written. */
  let nextDirectory: { chunk: Buffer; position: number } = {
    chunk: header,
    position: isBig ? 8 : 4,
  };
  for (const { tags, parts, isTiled } of pages) {
    const offsets = parts.map(append);
    const [offsetTag, countTag] = isTiled ? [324, 325] : [273, 279];
    const allTags = [
      ...tags,
      longTag(offsetTag, ...offsets),
      longTag(countTag, ...parts.map((p) => p.length)),
    ];
    const entries = allTags
      .toSorted((a, b) => a.tag - b.tag)
      .map((tag) => buildEntry(tag, offsetBytes, (value) => append(value)));
    const count = Buffer.alloc(isBig ? 8 : 2);
    count.writeUInt16LE(entries.length);
    const directory = Buffer.concat([count, ...entries, Buffer.alloc(offsetBytes)]);
    nextDirectory.chunk.writeUInt32LE(append(directory), nextDirectory.position);
    nextDirectory = { chunk: chunks.at(-1)!, position: directory.length - offsetBytes };
  }
  return Buffer.concat(chunks);
}

function buildEntry(
  { tag, type, values }: TiffTag,
  offsetBytes: number,
  append: (value: Buffer) => number,
): Buffer {
  const valueBytes = VALUE_BYTES[type];
  const value = Buffer.alloc(values.length * valueBytes);
  values.forEach((number, i) => value.writeUIntLE(number, i * valueBytes, Math.min(valueBytes, 6)));
  const entry = Buffer.alloc(4 + 2 * offsetBytes);
  entry.writeUInt16LE(tag, 0);
  entry.writeUInt16LE(type, 2);
  entry.writeUInt32LE(values.length, 4);
  if (value.length <= offsetBytes) value.copy(entry, 4 + offsetBytes);
  else entry.writeUInt32LE(append(value), 4 + offsetBytes);
  return entry;
}

/** Returns the tags of an 8-bit RGB image. */
export const rgbTags = (width: number, height: number): TiffTag[] => [
  longTag(256, width),
  longTag(257, height),
  shortTag(258, 8, 8, 8),
  shortTag(259, 1),
  shortTag(262, 2),
  shortTag(277, 3),
  longTag(278, height),
  shortTag(284, 1),
];

/** Returns the tags with some of them replaced or added. */
export const withTags = (tags: TiffTag[], ...replacements: TiffTag[]): TiffTag[] => [
  ...tags.filter(({ tag }) => replacements.every((other) => other.tag !== tag)),
  ...replacements,
];
