import { deflateZeros } from './deflate-zeros.js';
import { pngChunk } from './sample-images.js';

/** Small files of black pixels with sides above the limits of encoders. */

const PNG_CHANNELS = { gray: 1, rgb: 3, rgba: 4 } as const;
const PNG_TYPES = { gray: 0, rgb: 2, rgba: 6 } as const;

export interface BlackPng {
  width: number;
  height: number;
  color?: keyof typeof PNG_CHANNELS;
  /** Bits of a sample; 1 for gray only. */
  depth?: 1 | 8 | 16;
}

export function blackPng({ width, height, color = 'gray', depth = 8 }: BlackPng): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = PNG_TYPES[color];
  const line = 1 + Math.ceil((width * PNG_CHANNELS[color] * depth) / 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateZeros(line * height)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** TIFF 6.0, one strip, compressed by deflate (Adobe, 8). */
export function blackTiff(width: number, height: number, bits: 8 | 16 = 8): Buffer {
  const samples = 4;
  const strip = deflateZeros((width * height * samples * bits) / 8);
  const bitsAt = 8;
  const stripAt = bitsAt + 2 * samples;
  const directoryAt = stripAt + strip.length + (strip.length % 2);
  const [SHORT, LONG] = [3, 4];
  const tags = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, samples, bitsAt],
    [259, SHORT, 1, 8],
    [262, SHORT, 1, 2],
    [273, LONG, 1, stripAt],
    [277, SHORT, 1, samples],
    [278, LONG, 1, height],
    [279, LONG, 1, strip.length],
    [338, SHORT, 1, 2],
  ];
  const file = Buffer.alloc(directoryAt + 2 + 12 * tags.length + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(directoryAt, 4);
  for (let i = 0; i < samples; i++) file.writeUInt16LE(bits, bitsAt + 2 * i);
  strip.copy(file, stripAt);
  file.writeUInt16LE(tags.length, directoryAt);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const at = directoryAt + 2 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  return file;
}
