import { countGifPixels } from '../gif/gif-pixels.js';
import { insertBytes } from '../insert-bytes.js';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
/** Start of the XMP application extension, before the packet. */
const XMP_HEAD = '!\xff\x0bXMP DataXMP';

/** GIF89a: copies images, their timing and the loop count. Omits comments, XMP and plain text. */
export function stripGif(bytes: Buffer): Buffer | undefined {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  const kept: Buffer[] = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === TRAILER) return Buffer.concat([...kept, bytes.subarray(at, at + 1)]);
    if (bytes[at] === IMAGE) {
      at = findBlocksEnd(bytes, findImageData(bytes, at) + 1);
      kept.push(bytes.subarray(start, at));
    } else if (bytes[at] === EXTENSION) {
      const label = bytes[at + 1];
      at = findBlocksEnd(bytes, at + 2);
      const application = bytes.toString('latin1', start + 3, start + 14);
      const loops = application === 'NETSCAPE2.0' || application === 'ANIMEXTS1.0';
      if (label === GRAPHIC_CONTROL || (label === APPLICATION && loops)) {
        kept.push(bytes.subarray(start, at));
      }
    } else {
      return undefined;
    }
  }
  // Browsers play a file that lacks only its trailer.
  return at === bytes.length ? Buffer.concat(kept) : undefined;
}

/**
 * Returns the GIF up to its last complete image if invalid data follow it. Browsers show such a file; the
 * library rejects it.
 *
 * @returns the original bytes if all blocks are valid, or if an image is incomplete
 */
export function trimAfterLastImage(bytes: Buffer): Buffer {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  let [image, imageEnd] = [0, 0];
  while (at < bytes.length && bytes[at] !== TRAILER) {
    const block = bytes[at];
    if (block === IMAGE) {
      image = at;
      at = findBlocksEnd(bytes, findImageData(bytes, image) + 1);
      if (at > bytes.length) return bytes;
      imageEnd = at;
    } else {
      const next = block === EXTENSION ? findBlocksEnd(bytes, at + 2) : Infinity;
      if (next <= bytes.length) at = next;
      else if (imageEnd === 0 || !hasAllPixels(bytes, image)) return bytes;
      else return Buffer.concat([bytes.subarray(0, imageEnd), Buffer.from([TRAILER])]);
    }
  }
  return bytes;
}

export interface GifBlock {
  type: 'image' | 'control' | 'other';
  start: number;
  /** Position of the minimum code size of an image. */
  data: number;
}

/** Ends before the first block that is not valid. */
export function* gifBlocks(bytes: Buffer): Generator<GifBlock> {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const start = at;
    const data = findImageData(bytes, start);
    if (bytes[at] === IMAGE) {
      at = findBlocksEnd(bytes, data + 1);
      yield { type: 'image', start, data };
    } else if (bytes[at] === EXTENSION) {
      at = findBlocksEnd(bytes, at + 2);
      const type = bytes[start + 1] === GRAPHIC_CONTROL ? 'control' : 'other';
      yield { type, start, data };
    } else {
      return;
    }
  }
}

/** @returns the XMP in UTF-8 with its magic trailer (XMP part 3); empty if there is none */
export function gifXmp(bytes: Buffer): string {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === IMAGE) at = findBlocksEnd(bytes, findImageData(bytes, at) + 1);
    else if (bytes[at] === EXTENSION) at = findBlocksEnd(bytes, at + 2);
    else return '';
    const isXmp = bytes.toString('latin1', start, start + 14) === XMP_HEAD;
    if (isXmp) return bytes.toString('utf8', start + 14, at);
  }
  return '';
}

/** Position of the minimum code size of an image; its data sub-blocks follow. */
const findImageData = (bytes: Buffer, image: number): number =>
  image + 10 + colorTableBytes(bytes[image + 9] ?? 0);

/** Returns false if the image data ends early. */
function hasAllPixels(bytes: Buffer, image: number): boolean {
  const pixels = bytes.readUInt16LE(image + 5) * bytes.readUInt16LE(image + 7);
  return countGifPixels(bytes, findImageData(bytes, image), pixels) >= pixels;
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function findBlocksEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1;
  return at + 1;
}

/** Inserts XMP before the trailer. The magic trailer lets any GIF reader skip the packet (XMP part 3). */
export function insertGifXmp(bytes: Buffer, xmp: Buffer): Buffer {
  const hasTrailer = bytes.at(-1) === TRAILER;
  const magic = Buffer.from([0x01, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0x00]);
  const head = Buffer.from(XMP_HEAD, 'latin1');
  return insertBytes(bytes, bytes.length - (hasTrailer ? 1 : 0), Buffer.concat([head, xmp, magic]));
}
