/**
 * Tags of TIFF 6.0 and its supplements that describe the pixels. Any other (XMP 700, IPTC 33723,
 * Photoshop 34377, EXIF 34665, GPS 34853, names, dates, software) may tell about a person.
 */
const PICTURE_TAGS = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284,
  290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 338, 339,
  340, 341, 347, 512, 513, 514, 515, 519, 520, 521, 529, 530, 531, 532, 34675,
]);

/** A TIFF is a web of offsets, so it is kept as a whole or not at all. BigTIFF: not at all. */
export function stripTiff(bytes: Buffer): Buffer | undefined {
  const little = bytes[0] === 0x49;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  if (u16(2) !== 42) return undefined;
  const seen = new Set<number>();
  for (let directory = u32(4); directory !== 0;) {
    if (seen.has(directory) || directory + 2 > bytes.length) return undefined;
    seen.add(directory);
    const end = directory + 2 + u16(directory) * 12;
    if (end + 4 > bytes.length) return undefined;
    for (let at = directory + 2; at < end; at += 12) {
      if (!PICTURE_TAGS.has(u16(at))) return undefined;
    }
    directory = u32(end);
  }
  return bytes;
}
