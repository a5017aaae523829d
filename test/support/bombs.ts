import sharp from 'sharp';
import { deflateZeros } from './deflate-zeros.js';
import { pngChunk } from './sample-images.js';

/** Small files that declare or contain more pixels than the limits allow. */

/** Returns a PNG of 2.5 gigapixels in one color, in 0.3 MB. */
export function createPngBomb(side = 50_000): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateZeros((1 + Math.ceil(side / 8)) * side)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Adds a text chunk that inflates to 500 MB. */
export function addPngTextBomb(png: Buffer): Buffer {
  const text = Buffer.concat([Buffer.from('bomb\0\0', 'latin1'), deflateZeros(5e8)]);
  return Buffer.concat([png.subarray(0, 33), pngChunk('zTXt', text), png.subarray(33)]);
}

/** Adds a color profile that inflates to 500 MB. */
export function addPngProfileBomb(png: Buffer): Buffer {
  const profile = Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateZeros(5e8)]);
  return Buffer.concat([png.subarray(0, 33), pngChunk('iCCP', profile), png.subarray(33)]);
}

/** Sets both dimensions in the frame header (ITU-T T.81, B.2.2) to 65,500 pixels. */
export function toJpegBomb(jpeg: Buffer): Buffer {
  const bomb = Buffer.from(jpeg);
  const frameOffset = bomb.indexOf(Buffer.from([0xff, 0xc0]));
  bomb.writeUInt16BE(65_500, frameOffset + 5);
  bomb.writeUInt16BE(65_500, frameOffset + 7);
  return bomb;
}

/** Sets both dimensions of the logical screen and of its only image to 65,535 pixels. */
export function toGifBomb(gif: Buffer): Buffer {
  const bomb = Buffer.from(gif);
  const imageOffset = bomb.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
  for (const offset of [6, 8, imageOffset + 5, imageOffset + 7]) bomb.writeUInt16LE(65_535, offset);
  return bomb;
}

/** Returns a GIF with 5,000 one-pixel frames on a logical screen of 3,000 x 3,000 pixels. */
export function repeatGifFrame(gif: Buffer, frameCount = 5000): Buffer {
  const imageOffset = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
  const [head, frame] = [Buffer.from(gif.subarray(0, imageOffset)), gif.subarray(imageOffset, -1)];
  head.writeUInt16LE(3000, 6);
  head.writeUInt16LE(3000, 8);
  return Buffer.concat([
    head,
    ...Array.from({ length: frameCount }, () => frame),
    Buffer.from(';'),
  ]);
}

/** Sets both dimensions in the frame header (RFC 6386, 9.1) to 16,383 pixels, the maximum. */
export function toWebpBomb(webp: Buffer): Buffer {
  const bomb = Buffer.from(webp);
  const startCodeOffset = bomb.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
  bomb.writeUInt16LE(16_383, startCodeOffset + 3);
  bomb.writeUInt16LE(16_383, startCodeOffset + 5);
  return bomb;
}

/** Sets the image spatial extents (ISO/IEC 23008-12, 6.5.3) to 16,000 x 8,000 pixels. */
export function toAvifBomb(avif: Buffer): Buffer {
  const bomb = Buffer.from(avif);
  const extentsOffset = bomb.indexOf('ispe');
  bomb.writeUInt32BE(16_000, extentsOffset + 8);
  bomb.writeUInt32BE(8000, extentsOffset + 12);
  return bomb;
}

/** Returns an image of one color. */
export const createFlatImage = (format: 'webp' | 'avif' | 'tiff', width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'red' }, limitInputPixels: false })
    .toFormat(format, format === 'tiff' ? { compression: 'deflate' } : { effort: 0 })
    .toBuffer();

/** Sets width and height in the file directory (TIFF 6.0, tags 256 and 257) to 60,000 pixels. */
export function toTiffBomb(tiff: Buffer): Buffer {
  const bomb = Buffer.from(tiff);
  const directoryOffset = bomb.readUInt32LE(4);
  for (let entry = 0; entry < bomb.readUInt16LE(directoryOffset); entry++) {
    const entryOffset = directoryOffset + 2 + 12 * entry;
    const tag = bomb.readUInt16LE(entryOffset);
    if (tag !== 256 && tag !== 257) continue;
    bomb.writeUInt16LE(4, entryOffset + 2);
    bomb.writeUInt32LE(60_000, entryOffset + 8);
  }
  return bomb;
}
