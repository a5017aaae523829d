import { deflateZeros } from './deflate-zeros.js';
import { pngChunk } from './sample-images.js';

/** Small files of black images whose width or height exceeds the limits of encoders. */

const PNG_CHANNELS = { gray: 1, rgb: 3, rgba: 4 } as const;
const PNG_COLOR_TYPES = { gray: 0, rgb: 2, rgba: 6 } as const;

export interface BlackPngOptions {
  width: number;
  height: number;
  color?: keyof typeof PNG_CHANNELS;
  /** Bits per sample. Use 1 only for gray. */
  depth?: 1 | 8 | 16;
}

export function createBlackPng({
  width,
  height,
  color = 'gray',
  depth = 8,
}: BlackPngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = PNG_COLOR_TYPES[color];
  const scanlineBytes = 1 + Math.ceil((width * PNG_CHANNELS[color] * depth) / 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateZeros(scanlineBytes * height)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Returns a TIFF 6.0 file with one strip in Deflate compression (8). */
export function createBlackTiff(width: number, height: number, bits: 8 | 16 = 8): Buffer {
  const samples = 4;
  const strip = deflateZeros((width * height * samples * bits) / 8);
  const bitsOffset = 8;
  const stripOffset = bitsOffset + 2 * samples;
  const directoryOffset = stripOffset + strip.length + (strip.length % 2);
  const [SHORT, LONG] = [3, 4];
  const tags = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, samples, bitsOffset],
    [259, SHORT, 1, 8],
    [262, SHORT, 1, 2],
    [273, LONG, 1, stripOffset],
    [277, SHORT, 1, samples],
    [278, LONG, 1, height],
    [279, LONG, 1, strip.length],
    [338, SHORT, 1, 2],
  ];
  const file = Buffer.alloc(directoryOffset + 2 + 12 * tags.length + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(directoryOffset, 4);
  for (let i = 0; i < samples; i++) file.writeUInt16LE(bits, bitsOffset + 2 * i);
  strip.copy(file, stripOffset);
  file.writeUInt16LE(tags.length, directoryOffset);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const entryOffset = directoryOffset + 2 + 12 * i;
    file.writeUInt16LE(tag, entryOffset);
    file.writeUInt16LE(type, entryOffset + 2);
    file.writeUInt32LE(count, entryOffset + 4);
    file.writeUInt32LE(value, entryOffset + 8);
  }
  return file;
}
