import { readTiff } from '../../compression/tiff/tiff-directory.js';
import { hasImageSignature, SIGNATURE_BYTES } from './image-signature.js';

/** Reads `length` bytes at `position`, or fewer at the end of the file. */
export type ReadBytes = (position: number, length: number) => Promise<Buffer>;

/** Size of the tail that is searched for the end marker. Some cameras and shops append bytes after it. */
const TAIL_BYTES = 4096;
const MAX_BOXES = 64;

/** Tags of TIFF 6.0: offsets and byte counts of strips and tiles. */
const [STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES] = [273, 279, 324, 325];

/**
 * Returns true if a file has the end marker of its image format, or all bytes that its header declares.
 * The decoder still validates the image.
 * @param bytes size of the file
 */
export async function hasImageEnd(read: ReadBytes, bytes: number): Promise<boolean> {
  const head = await read(0, SIGNATURE_BYTES);
  if (!hasImageSignature(head)) return false;
  const tail = await read(Math.max(0, bytes - TAIL_BYTES), TAIL_BYTES);
  switch (head.toString('latin1', 0, 3)) {
    case '\xFF\xD8\xFF':
      return tail.includes(Buffer.from([0xff, 0xd9]));
    case '\x89PN':
      return tail.includes('IEND');
    case 'GIF':
      return tail.at(-1) === 0x3b;
    case 'RIF':
      return head.readUInt32LE(4) + 8 <= bytes;
    case 'II*':
    case 'II+':
    case 'MM\0':
      return containsAllPixels(await read(0, bytes));
  }
  return head.toString('latin1', 4, 8) === 'ftyp' && hasCompleteBoxes(read, bytes);
}

/** Returns true if a file consists of complete boxes. Each box declares its size (ISO/IEC 14496-12). */
async function hasCompleteBoxes(read: ReadBytes, bytes: number): Promise<boolean> {
  let position = 0;
  for (let boxCount = 0; boxCount < MAX_BOXES && position < bytes; boxCount += 1) {
    const header = await read(position, 16);
    if (header.length < 8) return false;
    const size = header.readUInt32BE(0);
    if (size === 1 && header.length === 16) position += Number(header.readBigUInt64BE(8));
    else if (size >= 8) position += size;
    else return false;
  }
  return position === bytes;
}

/** Returns true if a TIFF contains all data that its directories refer to. A TIFF has no end marker. */
function containsAllPixels(file: Buffer): boolean {
  const tiff = readTiff(file);
  if (!tiff) return false;
  return tiff.directories.every(({ entries }) => {
    const readNumbers = (tag: number) =>
      tiff.readNumbers(entries.find((entry) => entry.tag === tag));
    const offsets = [...readNumbers(STRIP_OFFSETS), ...readNumbers(TILE_OFFSETS)];
    const lengths = [...readNumbers(STRIP_BYTES), ...readNumbers(TILE_BYTES)];
    return (
      entries.every(({ valueOffset, byteLength }) => valueOffset + byteLength <= file.length) &&
      offsets.length > 0 &&
      offsets.length === lengths.length &&
      offsets.every((offset, i) => offset + lengths[i] <= file.length)
    );
  });
}
