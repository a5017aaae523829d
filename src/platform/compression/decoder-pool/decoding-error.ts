import { FORMATS } from '../formats/index.js';
import type { ImageFormat } from '../image-format.js';
import {
  CorruptImageError,
  ImageError,
  OutOfMemoryError,
  TiffLayoutNotSupportedError,
  TruncatedImageError,
} from '../image-errors.js';
import type { ErrorDefinition } from '../../errors/error-definition.js';
import { COMMON_ERRORS, STORAGE_ERRORS } from '../../errors/error-table.js';
import { IMAGE_ERRORS } from '../error-table.js';
import type { DecodeFailure } from './decoder-messages.js';

/** What libvips and libjpeg say when an allocation fails. */
const OUT_OF_MEMORY = /out of memory|insufficient memory/i;

/** What libjpeg, libnsgif and libheif say when bytes run out; the others say the same of any damage. */
const RAN_OUT = /premature end|unexpected end/i;

/**
 * Flaws that libjpeg and libpng report and every browser passes over. Anything else that is damaged makes gray
 * blocks, which nobody would notice in a catalog of thousands.
 */
const HARMLESS =
  /Warning treated as error|extraneous bytes before marker|Invalid SOS parameters|Inconsistent progression sequence|Unknown Adobe color transform|unknown JFIF revision|known incorrect sRGB profile|iCCP: /;

/** Flaws of TIFF tags that libtiff corrects. It adds the tile in which it stopped. */
const HARMLESS_IN_TIFF =
  /Unknown field with tag|incorrect count for field|Bogus "StripByteCounts" field|entry count is|Sum of Photometric type-related|does not end in null byte|Old-style LZW codes|error in tile/;

/** What libvips says of layouts that it does not read, though nothing is damaged. */
const TIFF_LAYOUT = /tiled separate planes not supported|bad labq format/;

/** What to tell about a file that the library could not read. */
export function decodingError(error: unknown, bytes: Buffer, format: ImageFormat): ImageError {
  if (OUT_OF_MEMORY.test(words(error))) return new OutOfMemoryError(error);
  if (format === 'tiff' && TIFF_LAYOUT.test(words(error))) {
    return new TiffLayoutNotSupportedError(error);
  }
  const descriptor = FORMATS[format];
  return RAN_OUT.test(words(error)) || descriptor.lacksItsEnd?.(bytes)
    ? new TruncatedImageError(error)
    : new CorruptImageError(error);
}

const DEFINITIONS: Record<string, ErrorDefinition> = { ...IMAGE_ERRORS, ...STORAGE_ERRORS };

/** The error that a decoder process has reported. */
export function toImageError({ code, ...options }: DecodeFailure): ImageError {
  const [, name] = /^(.+)_not_supported$/.exec(code) ?? [];
  const definition =
    DEFINITIONS[code] ??
    (name ? IMAGE_ERRORS.NAME_not_supported.withPart(name) : COMMON_ERRORS.internal_error);
  return new ImageError(definition, options);
}

/** Whether every line of complaint is about a flaw that does not show. */
export function isHarmless(error: unknown): boolean {
  const lines = words(error).split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .every((line) => HARMLESS.test(line) || HARMLESS_IN_TIFF.test(line));
}

/** Whether an encoder says only that it stopped. */
export const isWriteFailure = (error: unknown): boolean =>
  /unable to write to target/.test(words(error));

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
