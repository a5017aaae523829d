import { type AvifItem, type AvifMeta, isAnimatedAvif, readAvifMeta } from './avif-items.js';
import { insertBytes } from '../insert-bytes.js';

/** Size of a `pitm` box of version 0. */
const PITM_BYTES = 14;

/**
 * Adds a `pitm` box that identifies the only coded image of an animated AVIF. Browsers show the animation
 * without the box, but sharp cannot read the header.
 *
 * @returns the original bytes for all other files
 */
export function declarePrimaryItem(bytes: Buffer): Buffer {
  const avif = isAnimatedAvif(bytes) ? readAvifMeta(bytes) : undefined;
  const codedItems = avif?.items.filter(({ type }) => type === 'av01') ?? [];
  if (!avif || avif.primary || codedItems.length !== 1) return bytes;
  const [item] = codedItems;
  const offset = findLocationOffset(bytes, avif, item);
  if (offset === undefined) return bytes;
  const box = Buffer.alloc(PITM_BYTES);
  box.writeUInt32BE(PITM_BYTES);
  box.write('pitm', 4, 'latin1');
  box.writeUInt16BE(item.id, 12);
  const extended = insertBytes(bytes, avif.meta.end, box);
  for (const position of [avif.meta.start, offset]) {
    extended.writeUInt32BE(bytes.readUInt32BE(position) + PITM_BYTES, position);
  }
  return extended;
}

/**
 * Returns the position of the 4-byte number in `iloc` that locates the item: its base offset, otherwise the
 * offset of its only extent.
 */
function findLocationOffset(
  bytes: Buffer,
  { meta, boxes }: AvifMeta,
  { id, location, extents, isInMeta }: AvifItem,
): number | undefined {
  const locationBox = boxes.find(({ type }) => type === 'iloc');
  if (!locationBox || !location || isInMeta || extents.length !== 1 || id > 0xffff)
    return undefined;
  const version = bytes[locationBox.contentStart];
  const sizes = bytes.readUInt16BE(locationBox.contentStart + 4);
  const [offsetBytes, baseBytes, indexBytes] = [sizes >> 12, (sizes >> 4) & 15, sizes & 15];
  if (version > 1 || indexBytes !== 0 || meta.contentStart - meta.start !== 8) return undefined;
  if (extents[0].start < meta.end) return undefined;
  // ID, construction method (version 1) and data reference precede the base offset.
  const baseOffset = location.start + (version === 0 ? 4 : 6);
  if (baseBytes === 4) return baseOffset;
  return baseBytes === 0 && offsetBytes === 4 ? baseOffset + 2 : undefined;
}
