import { readTiff, type TiffDirectory, type TiffFile } from '../tiff/tiff-directory.js';

/**
 * Tags of TIFF 6.0 and its supplements that describe the pixels. Any other (XMP 700, IPTC 33723,
 * Photoshop 34377, EXIF 34665, GPS 34853, names, dates, software) may contain personal data.
 */
const IMAGE_TAGS = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284,
  290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 338, 339,
  340, 341, 347, 529, 530, 531, 532, 34675,
]);
/** JPEG of TIFF 6.0, section 22: its tables may be at any offset. */
const OLD_JPEG_TAGS = new Set([512, 513, 514, 515, 519, 520, 521]);
const XMP = 700;
const OFFSETS_AND_COUNTS: readonly (readonly [number, number])[] = [
  [273, 279],
  [324, 325],
];

/**
 * Removes private tags in place. All data keeps its offset, because a TIFF refers to it by offsets.
 * Unreferenced bytes become zero. Bytes after the last referenced one are cut off.
 *
 * @param page the only directory to keep; absent: all of them
 * @param xmp replaces the XMP of the file
 * @returns undefined for JPEG of TIFF 6.0, for invalid offsets, and if the XMP does not fit
 */
export function stripTiff(bytes: Buffer, page?: number, xmp?: Buffer): Buffer | undefined {
  const tiff = readTiff(bytes);
  if (!tiff) return undefined;
  const kept = page === undefined ? tiff.directories : tiff.directories.slice(page, page + 1);
  if (kept.some(({ entries }) => entries.some(({ tag }) => OLD_JPEG_TAGS.has(tag)))) {
    return undefined;
  }
  const isClean =
    kept.length === tiff.directories.length &&
    kept.every(({ entries }) => entries.every(({ tag }) => IMAGE_TAGS.has(tag)));
  return isClean ? bytes : keepImageTags(bytes, tiff, kept, xmp);
}

function keepImageTags(
  bytes: Buffer,
  tiff: TiffFile,
  kept: TiffDirectory[],
  xmp: Buffer | undefined,
): Buffer | undefined {
  const { layout } = tiff;
  const output = Buffer.alloc(bytes.length);
  let length = layout.header;
  const copy = (start: number, size: number): boolean => {
    if (start + size > bytes.length) return false;
    bytes.copy(output, start, start, start + size);
    length = Math.max(length, start + size);
    return true;
  };
  let hasXmp = false;
  const firstAt = layout.header - layout.offset;
  copy(0, firstAt);
  tiff.writeUInt(output, kept[0].start, firstAt, layout.offset);
  for (const [i, { start, entries }] of kept.entries()) {
    const imageEntries = entries.filter(
      ({ tag, byteLength }) =>
        IMAGE_TAGS.has(tag) || (tag === XMP && xmp && byteLength >= xmp.length),
    );
    for (const { tag, valueAt, byteLength } of imageEntries) {
      if (byteLength > layout.offset && !copy(valueAt, byteLength)) return undefined;
      // Spaces may follow an XMP packet.
      if (tag !== XMP) continue;
      xmp?.copy(output.fill(0x20, valueAt, valueAt + byteLength), valueAt);
      hasXmp = true;
    }
    for (const [offsetTag, countTag] of OFFSETS_AND_COUNTS) {
      const offsets = tiff.numbers(imageEntries.find(({ tag }) => tag === offsetTag));
      const counts = tiff.numbers(imageEntries.find(({ tag }) => tag === countTag));
      if (offsets.length !== counts.length) return undefined;
      if (!offsets.every((offset, n) => copy(offset, counts[n]))) return undefined;
    }
    tiff.writeUInt(output, imageEntries.length, start, layout.count);
    let at = start + layout.count;
    for (const entry of imageEntries) {
      bytes.copy(output, at, entry.at, entry.at + layout.entry);
      at += layout.entry;
    }
    tiff.writeUInt(output, kept[i + 1]?.start ?? 0, at, layout.offset);
    length = Math.max(length, at + layout.offset);
  }
  return xmp && !hasXmp ? undefined : output.subarray(0, length);
}
