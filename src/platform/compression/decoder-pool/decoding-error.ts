import { FORMATS } from '../formats/index.js';
import type { ImageFormat } from '../inspect/image-format.js';
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

/** Messages from libvips and libjpeg about a failed allocation. */
const OUT_OF_MEMORY = /out of memory|insufficient memory/i;

/**
 * Messages from libjpeg, libnsgif and libheif about missing bytes. Other libraries report
 * missing bytes like any other damage.
 */
const TRUNCATED = /premature end|unexpected end/i;

/**
 * Flaws that libjpeg and libpng report and that every browser ignores. Any other damage produces gray blocks,
 * which are easily missed in a catalog of thousands of images.
 */
const HARMLESS_FLAWS =
  /Warning treated as error|extraneous bytes before marker|Invalid SOS parameters|Inconsistent progression sequence|Unknown Adobe color transform|unknown JFIF revision|known incorrect sRGB profile|iCCP: /;

/** Flaws of TIFF tags that libtiff corrects. It also reports the tile where it stopped. */
const HARMLESS_TIFF_FLAWS =
  /Unknown field with tag|incorrect count for field|Bogus "StripByteCounts" field|entry count is|Sum of Photometric type-related|does not end in null byte|Old-style LZW codes|error in tile/;

/** Messages from libvips and libtiff about valid layouts and codecs that they do not support. */
const UNSUPPORTED_TIFF_LAYOUT =
  /tiled separate planes not supported|bad labq format|compression (support|method) is not configured/;

/** Returns the error for a file that sharp could not read. */
export function toDecodingError(error: unknown, bytes: Buffer, format: ImageFormat): ImageError {
  if (OUT_OF_MEMORY.test(getErrorMessage(error))) return new OutOfMemoryError(error);
  if (format === 'tiff' && UNSUPPORTED_TIFF_LAYOUT.test(getErrorMessage(error))) {
    return new TiffLayoutNotSupportedError(error);
  }
  const descriptor = FORMATS[format];
  return TRUNCATED.test(getErrorMessage(error)) || descriptor.isTruncated?.(bytes)
    ? new TruncatedImageError(error)
    : new CorruptImageError(error);
}

const DEFINITIONS: Record<string, ErrorDefinition> = { ...IMAGE_ERRORS, ...STORAGE_ERRORS };

/** Converts the error that a decoder process has reported. */
export function toImageError({ code, output, ...options }: DecodeFailure): ImageError {
  const [, name] = /^(.+)_not_supported$/.exec(code) ?? [];
  const definition =
    DEFINITIONS[code] ??
    (name ? IMAGE_ERRORS.NAME_not_supported.withPart(name) : COMMON_ERRORS.internal_error);
  const error = new ImageError(definition, options);
  error.output = output;
  return error;
}

/** Returns whether all reported defects are invisible. */
export function isHarmless(error: unknown): boolean {
  const lines = getErrorMessage(error).split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .every((line) => HARMLESS_FLAWS.test(line) || HARMLESS_TIFF_FLAWS.test(line));
}

/** Returns whether the error reports only that the encoder was stopped. */
export const isWriteFailure = (error: unknown): boolean =>
  /unable to write to target/.test(getErrorMessage(error));

function getErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
