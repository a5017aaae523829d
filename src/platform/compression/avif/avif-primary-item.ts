import { type AvifItem, type AvifMeta, isAnimatedAvif, readAvifMeta } from './avif-items.js';
import { insertBytes } from '../insert-bytes.js';

/** A `pitm` box of version 0. */
const BOX_BYTES = 14;

/**
 * Returns an animated AVIF with a `pitm` box that names its only coded image. Browsers show the animation
 * without it; the library reads no header.
 *
 * @returns the original bytes for all other files
 */
export function namePrimaryItem(bytes: Buffer): Buffer {
  const avif = isAnimatedAvif(bytes) ? readAvifMeta(bytes) : undefined;
  const coded = avif?.items.filter(({ type }) => type === 'av01') ?? [];
  if (!avif || avif.primary || coded.length !== 1) return bytes;
  const [item] = coded;
  const at = findOffset(bytes, avif, item);
  if (at === undefined) return bytes;
  const box = Buffer.alloc(BOX_BYTES);
  box.writeUInt32BE(BOX_BYTES);
  box.write('pitm', 4, 'latin1');
  box.writeUInt16BE(item.id, 12);
  const named = insertBytes(bytes, avif.meta.end, box);
  for (const position of [avif.meta.start, at]) {
    named.writeUInt32BE(bytes.readUInt32BE(position) + BOX_BYTES, position);
  }
  return named;
}

/**
 * Returns the position of the number of four bytes in `iloc` that moves the item: its base offset, else the
 * offset of its only extent.
 */
function findOffset(
  bytes: Buffer,
  { meta, boxes }: AvifMeta,
  { id, location, extents, isInMeta }: AvifItem,
): number | undefined {
  const table = boxes.find(({ type }) => type === 'iloc');
  if (!table || !location || isInMeta || extents.length !== 1 || id > 0xffff) return undefined;
  const version = bytes[table.content];
  const sizes = bytes.readUInt16BE(table.content + 4);
  const [offsetBytes, baseBytes, indexBytes] = [sizes >> 12, (sizes >> 4) & 15, sizes & 15];
  if (version > 1 || indexBytes !== 0 || meta.content - meta.start !== 8) return undefined;
  if (extents[0].start < meta.end) return undefined;
  // ID, construction method (version 1) and data reference precede the base offset.
  const base = location.start + (version === 0 ? 4 : 6);
  if (baseBytes === 4) return base;
  return baseBytes === 0 && offsetBytes === 4 ? base + 2 : undefined;
}
