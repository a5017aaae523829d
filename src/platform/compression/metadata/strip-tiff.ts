import { readTiff, type TiffDirectory, type TiffFile } from '../tiff/tiff-directory.js';

/**
 * Tags of TIFF 6.0 and its supplements that describe the pixels. All other tags (XMP 700, IPTC 33723,
 * Photoshop 34377, EXIF 34665, GPS 34853, names, dates, software) may contain personal data.
 */
const IMAGE_TAGS = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284,
  290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 338, 339,
  340, 341, 347, 529, 530, 531, 532, 34675,
]);
/** Tags of the JPEG compression in TIFF 6.0, section 22. Its tables may be at any offset. */
const OLD_JPEG_TAGS = new Set([512, 513, 514, 515, 519, 520, 521]);
const XMP_TAG = 700;
const OFFSETS_AND_COUNTS: readonly (readonly [number, number])[] = [
  [273, 279],
  [324, 325],
];

/**
 * Removes private tags in place. All data keeps its offset, because a TIFF refers to it by offsets.
 * Unreferenced bytes become zero. Bytes after the last referenced one are removed.
 *
 * @param page the only directory to keep; by default, keeps all of them
 * @param xmp replaces the XMP of the file
 * @returns undefined for the JPEG compression of TIFF 6.0, for invalid offsets, and if the XMP does not fit
 */
export function stripTiff(bytes: Buffer, page?: number, xmp?: Buffer): Buffer | undefined {
  const tiff = readTiff(bytes);
  if (!tiff) return undefined;
  const keptDirectories =
    page === undefined ? tiff.directories : tiff.directories.slice(page, page + 1);
  if (keptDirectories.some(({ entries }) => entries.some(({ tag }) => OLD_JPEG_TAGS.has(tag)))) {
    return undefined;
  }
  const isClean =
    keptDirectories.length === tiff.directories.length &&
    keptDirectories.every(({ entries }) => entries.every(({ tag }) => IMAGE_TAGS.has(tag)));
  return isClean ? bytes : keepImageTags(bytes, tiff, keptDirectories, xmp);
}

function keepImageTags(
  bytes: Buffer,
  tiff: TiffFile,
  keptDirectories: TiffDirectory[],
  xmp: Buffer | undefined,
): Buffer | undefined {
  const { layout } = tiff;
  const output = Buffer.alloc(bytes.length);
  let length = layout.headerBytes;
  const copyRange = (start: number, size: number): boolean => {
    if (start + size > bytes.length) return false;
    bytes.copy(output, start, start, start + size);
    length = Math.max(length, start + size);
    return true;
  };
  let hasXmp = false;
  const firstLinkOffset = layout.headerBytes - layout.offsetBytes;
  copyRange(0, firstLinkOffset);
  tiff.writeUInt(output, keptDirectories[0].start, firstLinkOffset, layout.offsetBytes);
  for (const [i, { start, entries }] of keptDirectories.entries()) {
    const imageEntries = entries.filter(
      ({ tag, byteLength }) =>
        IMAGE_TAGS.has(tag) || (tag === XMP_TAG && xmp && byteLength >= xmp.length),
    );
    for (const { tag, valueOffset, byteLength } of imageEntries) {
      if (byteLength > layout.offsetBytes && !copyRange(valueOffset, byteLength)) return undefined;
      // Spaces may follow an XMP packet.
      if (tag !== XMP_TAG) continue;
      xmp?.copy(output.fill(0x20, valueOffset, valueOffset + byteLength), valueOffset);
      hasXmp = true;
    }
    for (const [offsetTag, countTag] of OFFSETS_AND_COUNTS) {
      const offsets = tiff.readNumbers(imageEntries.find(({ tag }) => tag === offsetTag));
      const counts = tiff.readNumbers(imageEntries.find(({ tag }) => tag === countTag));
      if (offsets.length !== counts.length) return undefined;
      if (!offsets.every((offset, n) => copyRange(offset, counts[n]))) return undefined;
    }
    tiff.writeUInt(output, imageEntries.length, start, layout.countBytes);
    let position = start + layout.countBytes;
    for (const entry of imageEntries) {
      bytes.copy(output, position, entry.entryOffset, entry.entryOffset + layout.entryBytes);
      position += layout.entryBytes;
    }
    tiff.writeUInt(output, keptDirectories[i + 1]?.start ?? 0, position, layout.offsetBytes);
    length = Math.max(length, position + layout.offsetBytes);
  }
  return xmp && !hasXmp ? undefined : output.subarray(0, length);
}
