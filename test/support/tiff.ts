/** SHORT, LONG and UNDEFINED of TIFF 6.0, ASCII, and LONG8 of BigTIFF. */
export const TYPE = { ASCII: 2, SHORT: 3, LONG: 4, UNDEFINED: 7, LONG8: 16 } as const;
const BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 7: 1, 16: 8 };

export interface Tag {
  tag: number;
  type: number;
  values: readonly number[];
}

export const short = (tag: number, ...values: number[]): Tag => ({
  tag,
  type: TYPE.SHORT,
  values,
});
export const long = (tag: number, ...values: number[]): Tag => ({ tag, type: TYPE.LONG, values });
export const text = (tag: number, words: string): Tag => ({
  tag,
  type: TYPE.ASCII,
  values: [...Buffer.from(words, 'latin1')],
});

/** A page: its tags, and its strips or tiles, whose offsets and counts are added. */
export interface Page {
  tags: Tag[];
  parts: Buffer[];
  isTiled?: boolean;
}

/** Writes a little-endian TIFF of uncompressed parts, or a BigTIFF. */
export function tiffOf(pages: Page[], isBig = false): Buffer {
  const size = isBig ? 8 : 4;
  const head = isBig
    ? Buffer.from('49492b000800000000000000000000000000', 'hex').subarray(0, 16)
    : Buffer.from('49492a0000000000', 'hex');
  const chunks: Buffer[] = [head];
  let at = head.length;
  const add = (chunk: Buffer): number => {
    const start = at;
    const padded = Buffer.concat([chunk, Buffer.alloc(chunk.length % 2)]);
    chunks.push(padded);
    at += padded.length;
    return start;
  };
  /** Position at which the offset of the next directory is written. */
  let link: { chunk: Buffer; position: number } = { chunk: head, position: isBig ? 8 : 4 };
  for (const { tags, parts, isTiled } of pages) {
    const offsets = parts.map(add);
    const [offsetTag, countTag] = isTiled ? [324, 325] : [273, 279];
    const all = [
      ...tags,
      long(offsetTag, ...offsets),
      long(countTag, ...parts.map((p) => p.length)),
    ];
    const entries = all
      .toSorted((a, b) => a.tag - b.tag)
      .map((tag) => entryOf(tag, size, (value) => add(value)));
    const count = Buffer.alloc(isBig ? 8 : 2);
    count.writeUInt16LE(entries.length);
    const directory = Buffer.concat([count, ...entries, Buffer.alloc(size)]);
    link.chunk.writeUInt32LE(add(directory), link.position);
    link = { chunk: chunks.at(-1)!, position: directory.length - size };
  }
  return Buffer.concat(chunks);
}

function entryOf({ tag, type, values }: Tag, size: number, add: (value: Buffer) => number): Buffer {
  const width = BYTES[type];
  const value = Buffer.alloc(values.length * width);
  values.forEach((number, i) => value.writeUIntLE(number, i * width, Math.min(width, 6)));
  const entry = Buffer.alloc(4 + 2 * size);
  entry.writeUInt16LE(tag, 0);
  entry.writeUInt16LE(type, 2);
  entry.writeUInt32LE(values.length, 4);
  if (value.length <= size) value.copy(entry, 4 + size);
  else entry.writeUInt32LE(add(value), 4 + size);
  return entry;
}

/** Tags of an RGB image of 8 bits. */
export const rgbTags = (width: number, height: number): Tag[] => [
  long(256, width),
  long(257, height),
  short(258, 8, 8, 8),
  short(259, 1),
  short(262, 2),
  short(277, 3),
  long(278, height),
  short(284, 1),
];

/** Tags with some of them replaced or added. */
export const withTags = (tags: Tag[], ...changed: Tag[]): Tag[] => [
  ...tags.filter(({ tag }) => changed.every((other) => other.tag !== tag)),
  ...changed,
];
