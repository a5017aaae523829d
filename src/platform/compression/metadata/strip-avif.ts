import { type AvifItem, type AvifMeta, readAvifMeta } from '../avif/avif-items.js';
import { type IsoBox, readBoxes } from '../avif/iso-boxes.js';

/** Boxes that are needed to show the image. All other boxes become `free` boxes that contain zeros. */
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
const PRIVATE_ITEM_TYPES = new Set(['Exif', 'mime', 'uri ']);
const MIN_BOX_BYTES = 8;

/**
 * Removes EXIF, XMP and unknown boxes in place. Removed boxes become `free` boxes of the same size, so
 * offsets remain valid. The data of removed items is overwritten with zeros.
 *
 * @param xmp replaces the XMP of the file
 * @returns undefined for a file without the structure that AVIF requires, and if the XMP does not fit
 */
export function stripAvif(bytes: Buffer, xmp?: Buffer): Buffer | undefined {
  try {
    return stripBoxes(bytes, xmp);
  } catch (error) {
    // A box refers to a position beyond the end of the file, or declares too few entries.
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
    else if (box.type === 'moov' && !clearPrivateMovieBoxes(output, box)) return undefined;
  }
  for (const box of avif.boxes) if (!META_BOXES.has(box.type)) clearBox(output, box);
  const xmpItem = xmp && avif.items.find((item) => canStoreXmp(item, xmp.length));
  if (xmp && !xmpItem) return undefined;
  const removedItems = avif.items.filter(
    (item) => PRIVATE_ITEM_TYPES.has(item.type) && item !== xmpItem,
  );
  if (xmpItem) {
    const [{ start, length }] = xmpItem.extents;
    // Spaces may follow an XMP packet.
    xmp.copy(output.fill(0x20, start, start + length), start);
  }
  if (removedItems.length > 0) {
    for (const item of removedItems) eraseData(output, avif, item);
    if (!removeItems(output, avif, removedItems)) return undefined;
  }
  return output.equals(bytes) ? bytes : output;
}

const canStoreXmp = ({ type, extents, isInMeta }: AvifItem, xmpBytes: number): boolean =>
  type === 'mime' && !isInMeta && extents.length === 1 && extents[0].length >= xmpBytes;

/** Converts the box to a `free` box of the same size, filled with zeros. */
function clearBox(output: Buffer, { start, contentStart, end }: IsoBox): void {
  output.write('free', start + 4, 'latin1');
  output.fill(0, contentStart, end);
}

function clearPrivateMovieBoxes(output: Buffer, box: IsoBox): boolean {
  const boxes = readBoxes(output, box.contentStart, box.end);
  if (!boxes) return false;
  for (const innerBox of boxes) {
    if (PRIVATE_MOVIE_BOXES.has(innerBox.type)) clearBox(output, innerBox);
    else if (MOVIE_CONTAINERS.has(innerBox.type) && !clearPrivateMovieBoxes(output, innerBox))
      return false;
  }
  return true;
}

function eraseData(output: Buffer, { boxes }: AvifMeta, { extents, isInMeta }: AvifItem): void {
  const data = boxes.find(({ type }) => type === 'idat');
  const base = isInMeta ? data?.contentStart : 0;
  if (base === undefined) return;
  for (const { start, length } of extents) {
    // Length 0 means up to the end of the file, which is not valid for a metadata item.
    const dataStart = base + start;
    if (length > 0 && dataStart < output.length) {
      output.fill(0, dataStart, Math.min(dataStart + length, output.length));
    }
  }
}

/** Rewrites the `meta` box without the items. A `free` box fills the remaining space. */
function removeItems(output: Buffer, { meta, boxes }: AvifMeta, removedItems: AvifItem[]): boolean {
  const ids = new Set(removedItems.map(({ id }) => id));
  const parts = boxes.map((box) => {
    const part = output.subarray(box.start, box.end);
    if (box.type === 'iinf') return omitItems(output, box, removedItems);
    if (box.type === 'iloc') return omitLocations(output, box, removedItems);
    if (box.type === 'iref') return omitReferences(output, box, ids);
    return part;
  });
  if (parts.includes(undefined)) return false;
  const header = Buffer.from(output.subarray(meta.start, meta.contentStart + 4));
  const body = Buffer.concat([header, ...(parts as Buffer[])]);
  const freeBytes = meta.end - meta.start - body.length;
  if (freeBytes < MIN_BOX_BYTES || meta.contentStart - meta.start !== 8) return false;
  body.writeUInt32BE(body.length, 0);
  body.copy(output, meta.start);
  output.fill(0, meta.start + body.length, meta.end);
  output.writeUInt32BE(freeBytes, meta.start + body.length);
  output.write('free', meta.start + body.length + 4, 'latin1');
  return true;
}

function omitItems(output: Buffer, box: IsoBox, removedItems: AvifItem[]): Buffer {
  const part = omitRanges(
    output,
    box,
    removedItems.map(({ info }) => info),
  );
  const [offset, size] = [box.contentStart - box.start + 4, output[box.contentStart] === 0 ? 2 : 4];
  part.writeUIntBE(part.readUIntBE(offset, size) - removedItems.length, offset, size);
  return part;
}

function omitLocations(output: Buffer, box: IsoBox, removedItems: AvifItem[]): Buffer {
  const locations = removedItems.flatMap(({ location }) => location ?? []);
  const part = omitRanges(output, box, locations);
  const [offset, size] = [box.contentStart - box.start + 6, output[box.contentStart] < 2 ? 2 : 4];
  part.writeUIntBE(part.readUIntBE(offset, size) - locations.length, offset, size);
  return part;
}

/** Omits the references of the removed items. */
function omitReferences(output: Buffer, box: IsoBox, ids: Set<number>): Buffer | undefined {
  const idBytes = output[box.contentStart] === 0 ? 2 : 4;
  const references = readBoxes(output, box.contentStart + 4, box.end);
  const removedReferences = references?.filter(({ contentStart }) =>
    ids.has(output.readUIntBE(contentStart, idBytes)),
  );
  return removedReferences && omitRanges(output, box, removedReferences);
}

function omitRanges(output: Buffer, box: IsoBox, ranges: { start: number; end: number }[]): Buffer {
  const parts: Buffer[] = [];
  let copiedEnd = box.start;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    parts.push(output.subarray(copiedEnd, start));
    copiedEnd = end;
  }
  const part = Buffer.concat([...parts, output.subarray(copiedEnd, box.end)]);
  part.writeUInt32BE(part.length, 0);
  return part;
}
