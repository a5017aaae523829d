import { ByteReader, type IsoBox, readBoxes } from './iso-boxes.js';

/** An item of an AVIF (ISO/IEC 23008-12): a coded image, EXIF or XMP. */
export interface AvifItem {
  id: number;
  type: string;
  /** The `infe` box that describes the item. */
  info: IsoBox;
  /** Position of the item's entry in `iloc`. */
  location?: { start: number; end: number };
  /** Extents of the item data, relative to the `idat` box if `isInMeta` is true. */
  extents: { start: number; length: number }[];
  isInMeta: boolean;
}

export interface AvifMeta {
  meta: IsoBox;
  boxes: IsoBox[];
  items: AvifItem[];
  /** Properties of all items (`ipco`), such as `colr` and `clli`. */
  properties: AvifProperty[];
  /** The displayed item and its properties. */
  primary?: { item?: AvifItem; properties: AvifProperty[] };
}

export interface AvifProperty {
  type: string;
  /** Position of the box that contains the property. */
  start: number;
  payload: Buffer;
}

/** Reads the items and properties of an AVIF. @returns undefined if the file has no readable `meta` box */
export function readAvifMeta(bytes: Buffer): AvifMeta | undefined {
  try {
    const meta = readBoxes(bytes, 0, bytes.length)?.find(({ type }) => type === 'meta');
    // `meta` is a full box: version and flags precede its content.
    const boxes = meta && readBoxes(bytes, meta.contentStart + 4, meta.end);
    const info = boxes?.find(({ type }) => type === 'iinf');
    if (!meta || !boxes || !info) return undefined;
    const items = readItems(bytes, info);
    const location = boxes.find(({ type }) => type === 'iloc');
    if (!items || (location && !readLocations(bytes, location, items))) return undefined;
    const properties = readProperties(bytes, boxes);
    const primary = findPrimaryItem(bytes, boxes, items, properties);
    return { meta, boxes, items, properties, ...(primary ? { primary } : {}) };
  } catch (error) {
    // A box refers to a position beyond the end of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readItems(bytes: Buffer, { contentStart, end }: IsoBox): AvifItem[] | undefined {
  const entries = readBoxes(bytes, contentStart + (bytes[contentStart] === 0 ? 6 : 8), end);
  return entries?.map((info) => {
    const version = bytes[info.contentStart];
    const idBytes = version === 3 ? 4 : 2;
    const id = bytes.readUIntBE(info.contentStart + 4, idBytes);
    const typeOffset = info.contentStart + 4 + idBytes + 2;
    const type = version < 2 ? '' : bytes.toString('latin1', typeOffset, typeOffset + 4);
    return { id, type, info, extents: [], isInMeta: false };
  });
}

function readLocations(bytes: Buffer, { contentStart, end }: IsoBox, items: AvifItem[]): boolean {
  const version = bytes[contentStart];
  const sizes = bytes.readUInt16BE(contentStart + 4);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const reader = new ByteReader(bytes, contentStart + 6);
  const count = reader.readUInt(version < 2 ? 2 : 4);
  for (let i = 0; i < count && reader.offset < end; i++) {
    const start = reader.offset;
    const id = reader.readUInt(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.readUInt(2) & 15;
    reader.readUInt(2);
    const base = reader.readUInt(baseBytes);
    const extentCount = reader.readUInt(2);
    const extents: AvifItem['extents'] = [];
    for (let n = 0; n < extentCount && reader.offset <= end; n++) {
      reader.readUInt(indexBytes);
      const offset = base + reader.readUInt(offsetBytes);
      extents.push({ start: offset, length: reader.readUInt(lengthBytes) });
    }
    if (reader.offset > end) return false;
    const item = items.find((candidate) => candidate.id === id);
    if (!item) continue;
    Object.assign(item, {
      extents,
      isInMeta: method === 1,
      location: { start, end: reader.offset },
    });
  }
  return true;
}

function readProperties(bytes: Buffer, boxes: IsoBox[]): AvifProperty[] {
  const properties = boxes.find(({ type }) => type === 'iprp');
  const innerBoxes = properties && readBoxes(bytes, properties.contentStart, properties.end);
  const container = innerBoxes?.find(({ type }) => type === 'ipco');
  const propertyBoxes =
    (container && readBoxes(bytes, container.contentStart, container.end)) ?? [];
  return propertyBoxes.map(({ type, start, contentStart, end }) => {
    return { type, start, payload: bytes.subarray(contentStart, end) };
  });
}

function findPrimaryItem(
  bytes: Buffer,
  boxes: IsoBox[],
  items: AvifItem[],
  allProperties: AvifProperty[],
): AvifMeta['primary'] {
  const primaryItemBox = boxes.find(({ type }) => type === 'pitm');
  if (!primaryItemBox) return undefined;
  const id = bytes.readUIntBE(
    primaryItemBox.contentStart + 4,
    bytes[primaryItemBox.contentStart] === 0 ? 2 : 4,
  );
  const item = items.find((candidate) => candidate.id === id);
  const properties = readAssociations(bytes, boxes, id).flatMap(
    ({ index }) => allProperties[index - 1] ?? [],
  );
  return { ...(item ? { item } : {}), properties };
}

/** A property that `ipma` associates with an item. */
interface Association {
  /** Index of the property, starting at 1. */
  index: number;
  /** Position of the index in the file, and its size in bytes. */
  offset: number;
  size: number;
}

export function readAssociations(bytes: Buffer, boxes: IsoBox[], itemId: number): Association[] {
  const container = boxes.find(({ type }) => type === 'iprp');
  const innerBoxes = (container && readBoxes(bytes, container.contentStart, container.end)) ?? [];
  for (const { contentStart, end } of innerBoxes.filter(({ type }) => type === 'ipma')) {
    const [idBytes, indexBytes] = [
      bytes[contentStart] < 1 ? 2 : 4,
      bytes[contentStart + 3] & 1 ? 2 : 1,
    ];
    const reader = new ByteReader(bytes, contentStart + 4);
    for (let remaining = reader.readUInt(4); remaining > 0 && reader.offset < end; remaining--) {
      const id = reader.readUInt(idBytes);
      const associations = Array.from({ length: reader.readUInt(1) }, () => {
        const { offset } = reader;
        // The top bit of an index means "essential".
        const index = reader.readUInt(indexBytes) & (indexBytes === 2 ? 0x7fff : 0x7f);
        return { index, offset, size: indexBytes };
      });
      if (id === itemId) return associations;
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

const MAJOR_BRAND_OFFSET = 8;

/**
 * Replaces the brand of an animated AVIF with the brand of a still image, which the file also contains.
 * Sharp reads only still images.
 */
export function brandAsStillImage(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', MAJOR_BRAND_OFFSET, MAJOR_BRAND_OFFSET + 4) !== 'avis') return bytes;
  const stillImage = Buffer.from(bytes);
  stillImage.write('avif', MAJOR_BRAND_OFFSET, 'latin1');
  return stillImage;
}
