const ORIENTATION = 0x0112;
const ENTRY_BYTES = 12;

/**
 * Returns the orientation of the first directory of EXIF data (a TIFF structure); 1 if it has none. Reads no
 * other directory, because thumbnails are often damaged.
 */
export function exifOrientation(exif: Buffer): number {
  if (exif.length < 8) return 1;
  const little = exif[0] === 0x49;
  const uint = (at: number, bytes: number) =>
    little ? exif.readUIntLE(at, bytes) : exif.readUIntBE(at, bytes);
  const directory = uint(4, 4);
  if (directory + 2 > exif.length) return 1;
  const count = uint(directory, 2);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > exif.length) return 1;
    if (uint(at, 2) === ORIENTATION) return uint(at + 8, 2);
  }
  return 1;
}
