const ORIENTATION_TAG = 0x0112;
const ENTRY_BYTES = 12;

/**
 * Returns the orientation in the first directory of EXIF data (a TIFF structure), or 1 if it has none.
 * Ignores all other directories, such as the thumbnail's, which are often damaged.
 */
export function readExifOrientation(exif: Buffer): number {
  if (exif.length < 8) return 1;
  const isLittleEndian = exif[0] === 0x49;
  const readUint = (offset: number, bytes: number) =>
    isLittleEndian ? exif.readUIntLE(offset, bytes) : exif.readUIntBE(offset, bytes);
  const directoryOffset = readUint(4, 4);
  if (directoryOffset + 2 > exif.length) return 1;
  const entryCount = readUint(directoryOffset, 2);
  for (let i = 0; i < entryCount; i++) {
    const offset = directoryOffset + 2 + i * ENTRY_BYTES;
    if (offset + ENTRY_BYTES > exif.length) return 1;
    if (readUint(offset, 2) === ORIENTATION_TAG) return readUint(offset + 8, 2);
  }
  return 1;
}
