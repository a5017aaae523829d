import { type AvifItem, type AvifMeta, readAvifMeta } from '../avif/avif-items.js';
import { type IsoBox, readBoxes } from '../avif/iso-boxes.js';

/** Boxes that are needed to show the image. Any other becomes a `free` box of zeros. */
const FILE_BOXES = new Set(['ftyp', 'meta', 'moov', 'mdat']);
const META_BOXES = new Set([
  'hdlr',
  'pitm',
  'iinf',
  'iloc',
  'iref',
  'iprp',
  'idat',
  'grpl',
  'dinf',
]);
/** Movie boxes with descriptions, user data and vendor data. */
const PRIVATE_MOVIE_BOXES = new Set(['udta', 'meta', 'uuid', 'free', 'skip']);
const MOVIE_CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts']);
const PRIVATE_ITEMS = new Set(['Exif', 'mime', 'uri ']);
const MIN_BOX = 8;

/**
 * Removes EXIF, XMP and unknown boxes in place. Removed boxes become `free` boxes of the same size, and
 * offsets remain valid. The data of removed items become zeros.
 *
 * @param xmp replaces the XMP of the file
 * @returns undefined for a file without the structure that AVIF requires, and if the XMP does not fit
 */
export function stripAvif(bytes: Buffer, xmp?: Buffer): Buffer | undefined {
  try {
    return stripBoxes(bytes, xmp);
  } catch (error) {
    // A box states a position beyond the end, or fewer entries than it has.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function stripBoxes(bytes: Buffer, xmp?: Buffer): Buffer | undefined {
  const boxes = readBoxes(bytes, 0, bytes.length);
  const avif = readAvifMeta(bytes);
  if (!boxes || !avif) return undefined;
  const output = Buffer.from(bytes);
  for (const box of boxes) {
    if (!FILE_BOXES.has(box.type)) clearBox(output, box);
    else if (box.type === 'moov' && !cleanMovie(output, box)) return undefined;
  }
  for (const box of avif.boxes) if (!META_BOXES.has(box.type)) clearBox(output, box);
  const replaced = xmp && avif.items.find((item) => hasRoomForXmp(item, xmp.length));
  if (xmp && !replaced) return undefined;
  const removed = avif.items.filter((item) => PRIVATE_ITEMS.has(item.type) && item !== replaced);
  if (replaced) {
    const [{ start, length }] = replaced.extents;
    // Spaces may follow an XMP packet.
    xmp.copy(output.fill(0x20, start, start + length), start);
  }
  if (removed.length > 0) {
    for (const item of removed) eraseData(output, avif, item);
    if (!removeItems(output, avif, removed)) return undefined;
  }
  return output.equals(bytes) ? bytes : output;
}

const hasRoomForXmp = ({ type, extents, isInMeta }: AvifItem, bytes: number): boolean =>
  type === 'mime' && !isInMeta && extents.length === 1 && extents[0].length >= bytes;

/** Converts the box to a `free` box of the same size, filled with zeros. */
function clearBox(output: Buffer, { start, content, end }: IsoBox): void {
  output.write('free', start + 4, 'latin1');
  output.fill(0, content, end);
}

function cleanMovie(output: Buffer, box: IsoBox): boolean {
  const boxes = readBoxes(output, box.content, box.end);
  if (!boxes) return false;
  for (const inner of boxes) {
    if (PRIVATE_MOVIE_BOXES.has(inner.type)) clearBox(output, inner);
    else if (MOVIE_CONTAINERS.has(inner.type) && !cleanMovie(output, inner)) return false;
  }
  return true;
}

function eraseData(output: Buffer, { boxes }: AvifMeta, { extents, isInMeta }: AvifItem): void {
  const data = boxes.find(({ type }) => type === 'idat');
  const base = isInMeta ? data?.content : 0;
  if (base === undefined) return;
  for (const { start, length } of extents) {
    // Length 0 means up to the end of the file, which a metadata item cannot have.
    const from = base + start;
    if (length > 0 && from < output.length) {
      output.fill(0, from, Math.min(from + length, output.length));
    }
  }
}

/** Rewrites the `meta` box without the items. A `free` box of the removed size follows it. */
function removeItems(output: Buffer, { meta, boxes }: AvifMeta, removed: AvifItem[]): boolean {
  const ids = new Set(removed.map(({ id }) => id));
  const parts = boxes.map((box) => {
    const part = output.subarray(box.start, box.end);
    if (box.type === 'iinf') return withoutItems(output, box, removed);
    if (box.type === 'iloc') return withoutLocations(output, box, removed);
    if (box.type === 'iref') return withoutReferences(output, box, ids);
    return part;
  });
  if (parts.includes(undefined)) return false;
  const head = Buffer.from(output.subarray(meta.start, meta.content + 4));
  const body = Buffer.concat([head, ...(parts as Buffer[])]);
  const free = meta.end - meta.start - body.length;
  if (free < MIN_BOX || meta.content - meta.start !== 8) return false;
  body.writeUInt32BE(body.length, 0);
  body.copy(output, meta.start);
  output.fill(0, meta.start + body.length, meta.end);
  output.writeUInt32BE(free, meta.start + body.length);
  output.write('free', meta.start + body.length + 4, 'latin1');
  return true;
}

function withoutItems(output: Buffer, box: IsoBox, removed: AvifItem[]): Buffer {
  const part = withoutRanges(
    output,
    box,
    removed.map(({ info }) => info),
  );
  const [at, size] = [box.content - box.start + 4, output[box.content] === 0 ? 2 : 4];
  part.writeUIntBE(part.readUIntBE(at, size) - removed.length, at, size);
  return part;
}

function withoutLocations(output: Buffer, box: IsoBox, removed: AvifItem[]): Buffer {
  const located = removed.flatMap(({ location }) => location ?? []);
  const part = withoutRanges(output, box, located);
  const [at, size] = [box.content - box.start + 6, output[box.content] < 2 ? 2 : 4];
  part.writeUIntBE(part.readUIntBE(at, size) - located.length, at, size);
  return part;
}

/** Removes references from a removed item, and references only to removed items. */
function withoutReferences(output: Buffer, box: IsoBox, ids: Set<number>): Buffer | undefined {
  const idBytes = output[box.content] === 0 ? 2 : 4;
  const references = readBoxes(output, box.content + 4, box.end);
  const gone = references?.filter(({ content }) => ids.has(output.readUIntBE(content, idBytes)));
  return gone && withoutRanges(output, box, gone);
}

function withoutRanges(
  output: Buffer,
  box: IsoBox,
  ranges: { start: number; end: number }[],
): Buffer {
  const parts: Buffer[] = [];
  let from = box.start;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    parts.push(output.subarray(from, start));
    from = end;
  }
  const part = Buffer.concat([...parts, output.subarray(from, box.end)]);
  part.writeUInt32BE(part.length, 0);
  return part;
}
