import { countGifPixels } from '../gif/gif-pixels.js';
import { insertBytes } from '../insert-bytes.js';

const EXTENSION_INTRODUCER = 0x21;
const IMAGE_SEPARATOR = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL_LABEL = 0xf9;
const APPLICATION_LABEL = 0xff;
/** Start of the XMP application extension, which precedes the packet. */
const XMP_HEADER = '!\xff\x0bXMP DataXMP';

/** Copies the images of a GIF, their timing and the loop count (GIF89a). Omits comments, XMP and plain text. */
export function stripGif(bytes: Buffer): Buffer | undefined {
  let offset = 13 + computeColorTableBytes(bytes[10] ?? 0);
  const keptBlocks: Buffer[] = [bytes.subarray(0, offset)];
  while (offset < bytes.length) {
    const start = offset;
    if (bytes[offset] === TRAILER)
      return Buffer.concat([...keptBlocks, bytes.subarray(offset, offset + 1)]);
    if (bytes[offset] === IMAGE_SEPARATOR) {
      offset = findBlocksEnd(bytes, findImageDataStart(bytes, offset) + 1);
      keptBlocks.push(bytes.subarray(start, offset));
    } else if (bytes[offset] === EXTENSION_INTRODUCER) {
      const label = bytes[offset + 1];
      offset = findBlocksEnd(bytes, offset + 2);
      const application = bytes.toString('latin1', start + 3, start + 14);
      const isLoopCount = application === 'NETSCAPE2.0' || application === 'ANIMEXTS1.0';
      if (label === GRAPHIC_CONTROL_LABEL || (label === APPLICATION_LABEL && isLoopCount)) {
        keptBlocks.push(bytes.subarray(start, offset));
      }
    } else {
      return undefined;
    }
  }
  // Browsers play a file that lacks only its trailer.
  return offset === bytes.length ? Buffer.concat(keptBlocks) : undefined;
}

/**
 * Returns the GIF up to its last complete image if invalid data follows it. Browsers show such a file, but
 * sharp rejects it.
 *
 * @returns the original bytes if all blocks are valid, or if an image is incomplete
 */
export function trimAfterLastImage(bytes: Buffer): Buffer {
  let offset = 13 + computeColorTableBytes(bytes[10] ?? 0);
  let [imageStart, imageEnd] = [0, 0];
  while (offset < bytes.length && bytes[offset] !== TRAILER) {
    const block = bytes[offset];
    if (block === IMAGE_SEPARATOR) {
      imageStart = offset;
      offset = findBlocksEnd(bytes, findImageDataStart(bytes, imageStart) + 1);
      if (offset > bytes.length) return bytes;
      imageEnd = offset;
    } else {
      const nextBlock =
        block === EXTENSION_INTRODUCER ? findBlocksEnd(bytes, offset + 2) : Infinity;
      if (nextBlock <= bytes.length) offset = nextBlock;
      else if (imageEnd === 0 || !hasAllPixels(bytes, imageStart)) return bytes;
      else return Buffer.concat([bytes.subarray(0, imageEnd), Buffer.from([TRAILER])]);
    }
  }
  return bytes;
}

export interface GifBlock {
  type: 'image' | 'control' | 'other';
  start: number;
  /** Position of the minimum code size of an image. */
  dataStart: number;
}

/** Yields the blocks of a GIF up to the first invalid one. */
export function* readGifBlocks(bytes: Buffer): Generator<GifBlock> {
  let offset = 13 + computeColorTableBytes(bytes[10] ?? 0);
  while (offset < bytes.length) {
    const start = offset;
    const dataStart = findImageDataStart(bytes, start);
    if (bytes[offset] === IMAGE_SEPARATOR) {
      offset = findBlocksEnd(bytes, dataStart + 1);
      yield { type: 'image', start, dataStart };
    } else if (bytes[offset] === EXTENSION_INTRODUCER) {
      offset = findBlocksEnd(bytes, offset + 2);
      const type = bytes[start + 1] === GRAPHIC_CONTROL_LABEL ? 'control' : 'other';
      yield { type, start, dataStart };
    } else {
      return;
    }
  }
}

/** Reads the XMP in UTF-8, including its magic trailer (XMP part 3). Returns an empty string without XMP. */
export function readGifXmp(bytes: Buffer): string {
  let offset = 13 + computeColorTableBytes(bytes[10] ?? 0);
  while (offset < bytes.length) {
    const start = offset;
    if (bytes[offset] === IMAGE_SEPARATOR)
      offset = findBlocksEnd(bytes, findImageDataStart(bytes, offset) + 1);
    else if (bytes[offset] === EXTENSION_INTRODUCER) offset = findBlocksEnd(bytes, offset + 2);
    else return '';
    const isXmp = bytes.toString('latin1', start, start + 14) === XMP_HEADER;
    if (isXmp) return bytes.toString('utf8', start + 14, offset);
  }
  return '';
}

/** Returns the position of the minimum code size of an image. The data sub-blocks follow it. */
const findImageDataStart = (bytes: Buffer, imageStart: number): number =>
  imageStart + 10 + computeColorTableBytes(bytes[imageStart + 9] ?? 0);

/** Returns whether the image data is complete. */
function hasAllPixels(bytes: Buffer, imageStart: number): boolean {
  const pixelCount = bytes.readUInt16LE(imageStart + 5) * bytes.readUInt16LE(imageStart + 7);
  return countGifPixels(bytes, findImageDataStart(bytes, imageStart), pixelCount) >= pixelCount;
}

function computeColorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function findBlocksEnd(bytes: Buffer, start: number): number {
  let offset = start;
  while (offset < bytes.length && bytes[offset] !== 0) offset += bytes[offset] + 1;
  return offset + 1;
}

/** Inserts XMP before the trailer. The magic trailer lets any GIF reader skip the packet (XMP part 3). */
export function insertGifXmp(bytes: Buffer, xmp: Buffer): Buffer {
  const hasTrailer = bytes.at(-1) === TRAILER;
  const magicTrailer = Buffer.from([0x01, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0x00]);
  const header = Buffer.from(XMP_HEADER, 'latin1');
  const extension = Buffer.concat([header, xmp, magicTrailer]);
  return insertBytes(bytes, bytes.length - (hasTrailer ? 1 : 0), extension);
}
