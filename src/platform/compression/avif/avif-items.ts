import { ByteReader, type IsoBox, readBoxes } from './iso-boxes.js';

/** An item of an AVIF (ISO/IEC 23008-12): a coded image, EXIF, XMP. */
export interface AvifItem {
  id: number;
  type: string;
  /** Position of its `infe` box. */
  info: IsoBox;
  /** Position of its entry in `iloc`. */
  location?: { start: number; end: number };
  /** Extents of its data. `isInMeta`: relative to the `idat` box. */
  extents: { start: number; length: number }[];
  isInMeta: boolean;
}

export interface AvifMeta {
  meta: IsoBox;
  boxes: IsoBox[];
  items: AvifItem[];
  /** Properties of the items (`ipco`), such as `colr` and `clli`. */
  properties: AvifProperty[];
  /** The item that is shown, with its properties. */
  primary?: { item?: AvifItem; properties: AvifProperty[] };
}

export interface AvifProperty {
  type: string;
  /** Position of its box. */
  start: number;
  payload: Buffer;
}

/** @returns undefined if the file has no readable `meta` box */
export function readAvifMeta(bytes: Buffer): AvifMeta | undefined {
  try {
    const meta = readBoxes(bytes, 0, bytes.length)?.find(({ type }) => type === 'meta');
    // A full box: version and flags come first.
    const boxes = meta && readBoxes(bytes, meta.content + 4, meta.end);
    const info = boxes?.find(({ type }) => type === 'iinf');
    if (!meta || !boxes || !info) return undefined;
    const items = readItems(bytes, info);
    const location = boxes.find(({ type }) => type === 'iloc');
    if (!items || (location && !readLocations(bytes, location, items))) return undefined;
    const properties = readProperties(bytes, boxes);
    const primary = findPrimaryItem(bytes, boxes, items, properties);
    return { meta, boxes, items, properties, ...(primary ? { primary } : {}) };
  } catch (error) {
    // A box states a position beyond the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readItems(bytes: Buffer, { content, end }: IsoBox): AvifItem[] | undefined {
  const entries = readBoxes(bytes, content + (bytes[content] === 0 ? 6 : 8), end);
  return entries?.map((info) => {
    const version = bytes[info.content];
    const idBytes = version === 3 ? 4 : 2;
    const id = bytes.readUIntBE(info.content + 4, idBytes);
    const typeAt = info.content + 4 + idBytes + 2;
    const type = version < 2 ? '' : bytes.toString('latin1', typeAt, typeAt + 4);
    return { id, type, info, extents: [], isInMeta: false };
  });
}

function readLocations(bytes: Buffer, { content, end }: IsoBox, items: AvifItem[]): boolean {
  const version = bytes[content];
  const sizes = bytes.readUInt16BE(content + 4);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const reader = new ByteReader(bytes, content + 6);
  const count = reader.uint(version < 2 ? 2 : 4);
  for (let i = 0; i < count && reader.at < end; i++) {
    const start = reader.at;
    const id = reader.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.uint(2) & 15;
    reader.uint(2);
    const base = reader.uint(baseBytes);
    const extentCount = reader.uint(2);
    const extents: AvifItem['extents'] = [];
    for (let n = 0; n < extentCount && reader.at <= end; n++) {
      reader.uint(indexBytes);
      const offset = base + reader.uint(offsetBytes);
      extents.push({ start: offset, length: reader.uint(lengthBytes) });
    }
    if (reader.at > end) return false;
    const item = items.find((candidate) => candidate.id === id);
    if (!item) continue;
    Object.assign(item, { extents, isInMeta: method === 1, location: { start, end: reader.at } });
  }
  return true;
}

function readProperties(bytes: Buffer, boxes: IsoBox[]): AvifProperty[] {
  const properties = boxes.find(({ type }) => type === 'iprp');
  const inside = properties && readBoxes(bytes, properties.content, properties.end);
  const container = inside?.find(({ type }) => type === 'ipco');
  const all = (container && readBoxes(bytes, container.content, container.end)) ?? [];
  return all.map(({ type, start, content, end }) => {
    return { type, start, payload: bytes.subarray(content, end) };
  });
}

function findPrimaryItem(
  bytes: Buffer,
  boxes: IsoBox[],
  items: AvifItem[],
  all: AvifProperty[],
): AvifMeta['primary'] {
  const named = boxes.find(({ type }) => type === 'pitm');
  if (!named) return undefined;
  const id = bytes.readUIntBE(named.content + 4, bytes[named.content] === 0 ? 2 : 4);
  const item = items.find((candidate) => candidate.id === id);
  const properties = associationsOf(bytes, boxes, id).flatMap(({ index }) => all[index - 1] ?? []);
  return { ...(item ? { item } : {}), properties };
}

/** A property that `ipma` associates with an item. */
interface Association {
  /** From 1. */
  index: number;
  /** Position of the number, and its size in bytes. */
  at: number;
  bytes: number;
}

export function associationsOf(bytes: Buffer, boxes: IsoBox[], wanted: number): Association[] {
  const container = boxes.find(({ type }) => type === 'iprp');
  const inside = (container && readBoxes(bytes, container.content, container.end)) ?? [];
  for (const { content, end } of inside.filter(({ type }) => type === 'ipma')) {
    const [idBytes, indexBytes] = [bytes[content] < 1 ? 2 : 4, bytes[content + 3] & 1 ? 2 : 1];
    const reader = new ByteReader(bytes, content + 4);
    for (let left = reader.uint(4); left > 0 && reader.at < end; left--) {
      const id = reader.uint(idBytes);
      const associations = Array.from({ length: reader.uint(1) }, () => {
        const { at } = reader;
        // The top bit of an index means "essential".
        const index = reader.uint(indexBytes) & (indexBytes === 2 ? 0x7fff : 0x7f);
        return { index, at, bytes: indexBytes };
      });
      if (id === wanted) return associations;
    }
  }
  return [];
}

/**
 * Returns whether the file contains an animation, that is, an image sequence in addition to its
 * still image.
 */
export function isAnimatedAvif(bytes: Buffer): boolean {
  const boxes = readBoxes(bytes, 0, bytes.length);
  return boxes?.some(({ type }) => type === 'moov') ?? false;
}

const MAJOR_BRAND_AT = 8;

/**
 * Returns an animated AVIF with the brand of a still image, which it also contains. The library reads only
 * still images.
 */
export function brandAsStillImage(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', MAJOR_BRAND_AT, MAJOR_BRAND_AT + 4) !== 'avis') return bytes;
  const still = Buffer.from(bytes);
  still.write('avif', MAJOR_BRAND_AT, 'latin1');
  return still;
}
