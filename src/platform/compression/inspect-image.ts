import type { Metadata } from 'sharp';
import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { isSrgbProfile } from './color-profile.js';
import type { DecodeLimits } from './decoder-pool/decoder-messages.js';
import { SideTooLongError, TooManyFramesError, TooManyPixelsError } from './image-errors.js';
import { sharp } from './image-library.js';
import { decodingError } from './decoder-pool/decoding-error.js';
import { plainJpegHeader } from './plain-jpeg-header.js';
import { isAnimatedPng } from './strip-png.js';

/**
 * Longest side of a source, in pixels. JPEG, GIF and WebP end there or before; a line of a PNG or TIFF
 * could be millions of pixels long, and libvips keeps hundreds of lines.
 */
export const MAX_SIDE = 65_535;

const SAMPLE_BYTES: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  complex: 8,
  double: 8,
  dpcomplex: 16,
};

/**
 * @throws SideTooLongError, TooManyPixelsError, TooManyFramesError before anything is decoded
 * @throws TruncatedImageError, CorruptImageError when even the header cannot be read
 */
export async function inspectImage(
  bytes: Buffer,
  format: ImageFormat,
  limits: DecodeLimits,
): Promise<ImageHeader> {
  const plain = format === 'jpeg' ? plainJpegHeader(bytes) : undefined;
  const header = plain ?? (await askLibrary(bytes, format, limits));
  const { width, height, frames } = header;
  if (Math.max(width, height) > MAX_SIDE) throw new SideTooLongError(width, height, MAX_SIDE);
  if (width * height * frames > limits.maxPixels) {
    throw new TooManyPixelsError(width, height, frames, limits.maxPixels);
  }
  return header;
}

async function askLibrary(bytes: Buffer, format: ImageFormat, limits: DecodeLimits) {
  const metadata = await readMetadata(bytes, format);
  const frames = metadata.pages ?? 1;
  if (frames > limits.maxFrames) throw new TooManyFramesError(frames, limits.maxFrames);
  return {
    format,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    frames,
    hasAlpha: metadata.hasAlpha,
    bytesPerPixel: metadata.channels * (SAMPLE_BYTES[metadata.depth] ?? 8),
    isProgressive: metadata.isProgressive,
    hasPalette: metadata.isPalette,
    isGray: metadata.space === 'b-w' || metadata.space === 'grey16',
    isAnimatedPng: format === 'png' && isAnimatedPng(bytes),
    upright: (metadata.orientation ?? 1) === 1,
    srgb: metadata.space !== 'cmyk' && metadata.space !== 'lab' && isSrgbProfile(metadata.icc),
    hasMetadata: Boolean(
      metadata.exif ?? metadata.xmp ?? metadata.iptc ?? metadata.tifftagPhotoshop,
    ),
  };
}

async function readMetadata(bytes: Buffer, format: ImageFormat): Promise<Metadata> {
  try {
    // The limit is ours to check, with figures in its words; reading a header costs no pixels.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw decodingError(error, bytes, format);
  }
}
