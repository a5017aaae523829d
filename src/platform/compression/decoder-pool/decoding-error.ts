import type { ImageFormat } from '../image-format.js';
import {
  CorruptImageError,
  type ImageError,
  OutOfMemoryError,
  TruncatedImageError,
} from '../image-errors.js';
import { stripPng } from '../strip-png.js';

/** What libvips and libjpeg say when an allocation fails. */
const OUT_OF_MEMORY = /out of memory|insufficient memory/i;

/** What libjpeg, libnsgif and libheif say when bytes run out; the others say the same of any damage. */
const RAN_OUT = /premature end|unexpected end/i;

/**
 * Flaws that libjpeg, libpng and libtiff report and every browser passes over. Anything else that is
 * damaged makes gray blocks, which nobody would notice in a catalog of thousands.
 */
const HARMLESS =
  /Warning treated as error|extraneous bytes before marker|Invalid SOS parameters|known incorrect sRGB profile|iCCP: |Unknown field with tag/;

/** What to tell about a file that the library could not read. */
export function decodingError(error: unknown, bytes: Buffer, format: ImageFormat): ImageError {
  if (OUT_OF_MEMORY.test(words(error))) return new OutOfMemoryError(error);
  return RAN_OUT.test(words(error)) || lacksItsEnd(bytes, format)
    ? new TruncatedImageError(error)
    : new CorruptImageError(error);
}

/** Whether every line of complaint is about a flaw that does not show. */
export function isHarmless(error: unknown): boolean {
  const lines = words(error).split('\n');
  return lines.filter((line) => line.trim() !== '').every((line) => HARMLESS.test(line));
}

function lacksItsEnd(bytes: Buffer, format: ImageFormat): boolean {
  switch (format) {
    case 'png':
      return stripPng(bytes) === undefined;
    case 'webp':
      return bytes.length < 12 || 8 + bytes.readUInt32LE(4) > bytes.length;
    case 'tiff':
      return directoryOffset(bytes) >= bytes.length;
    default:
      return false;
  }
}

/** TIFF 6.0: where the first directory is, which most writers put behind the pixels. */
function directoryOffset(bytes: Buffer): number {
  if (bytes.length < 8) return Infinity;
  return bytes[0] === 0x49 ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
