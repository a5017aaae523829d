import type { Metadata } from 'sharp';
import { FORMATS } from '../formats/index.js';
import type { ImageFormat } from './image-format.js';
import type { ImageHeader } from './image-header.js';
import { isSrgbProfile } from '../colors/color-profile.js';
import type { DecodeLimits } from '../decoder-pool/decoder-messages.js';
import {
  type ImageError,
  SideTooLongError,
  TooManyFramesError,
  TooManyPixelsError,
} from '../image-errors.js';
import { sharp } from '../decode/image-library.js';
import { toDecodingError } from '../decoder-pool/decoding-error.js';
import { readPlainJpegHeader } from './plain-jpeg-header.js';
import type { MetadataOption } from '../compression-options.js';
import { buildKeptXmp } from '../metadata/kept-xmp.js';

/**
 * Maximum side length of a source, in pixels. JPEG, GIF and WebP allow no more. A row of a PNG or TIFF
 * could have millions of pixels, and libvips buffers hundreds of rows.
 */
export const MAX_SIDE_PIXELS = 65_535;

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

interface InspectOptions {
  /** The file as downloaded, if `bytes` is a repaired copy. */
  original?: Buffer;
  /** Default: `strip`. */
  metadata?: MetadataOption;
}

/** Factor by which an animation may exceed the limits if it is kept without being decoded. */
const KEPT_FRAMES_FACTOR = 4;
const KEPT_PIXELS_FACTOR = 20;

/**
 * Reads the header of a source and checks its size against the limits.
 *
 * @param bytes the source in a form that sharp can read
 * @param original the source as downloaded, which describes its colors
 * @throws SideTooLongError, TooManyPixelsError, TooManyFramesError before decoding
 * @throws TruncatedImageError, CorruptImageError if the header cannot be read
 */
export async function inspectImage(
  bytes: Buffer,
  format: ImageFormat,
  limits: DecodeLimits,
  { original = bytes, metadata = 'strip' }: InspectOptions = {},
): Promise<ImageHeader> {
  const plainHeader = format === 'jpeg' ? readPlainJpegHeader(bytes) : undefined;
  const header = plainHeader ?? (await readSharpHeader(bytes, format, { original, metadata }));
  const { width, height } = header;
  if (Math.max(width, height) > MAX_SIDE_PIXELS)
    throw new SideTooLongError(width, height, MAX_SIDE_PIXELS);
  const { maxPixels, maxFrames } = limits;
  const limitError = findLimitError(header, maxPixels, maxFrames);
  if (!limitError) return header;
  const canBeKept =
    width * height <= maxPixels &&
    !findLimitError(header, maxPixels * KEPT_PIXELS_FACTOR, maxFrames * KEPT_FRAMES_FACTOR);
  if (!canBeKept) throw limitError;
  return { ...header, limitError };
}

function findLimitError(
  { width, height, frames }: ImageHeader,
  maxPixels: number,
  maxFrames: number,
): ImageError | undefined {
  if (frames > maxFrames) return new TooManyFramesError(frames, maxFrames);
  if (width * height * frames <= maxPixels) return undefined;
  return new TooManyPixelsError(width, height, frames, maxPixels);
}

async function readSharpHeader(
  bytes: Buffer,
  format: ImageFormat,
  { original, metadata: metadataOption }: Required<InspectOptions>,
): Promise<ImageHeader> {
  const descriptor = FORMATS[format];
  const page = descriptor.selectPage?.(original);
  const metadata = await readMetadata(bytes, format, page);
  const colors = descriptor.readColors?.(original);
  const profile = metadata.icc ? undefined : colors?.profile;
  const xmp = metadata.xmpAsString ?? descriptor.readXmpText?.(bytes) ?? '';
  // A TIFF stores EXIF tags in its own directory.
  const exif = format === 'tiff' ? bytes : metadata.exif;
  const orientation = descriptor.ignoresOrientation ? 1 : (metadata.orientation ?? 1);
  const { width, height } = orientation === 1 ? metadata : metadata.autoOrient;
  const isDeep = metadata.depth === 'ushort' && (metadata.icc ?? profile) !== undefined;
  const isGray =
    metadata.space === 'b-w' || metadata.space === 'grey16' || (colors?.isGray ?? false);
  return {
    format,
    width,
    height,
    frames: page === undefined ? (metadata.pages ?? 1) : 1,
    ...createOptionalField('delays', metadata.delay),
    ...createOptionalField('loop', metadata.loop),
    hasAlpha: metadata.hasAlpha,
    bytesPerPixel: metadata.channels * (SAMPLE_BYTES[metadata.depth] ?? 8),
    isProgressive: metadata.isProgressive,
    hasPalette: metadata.isPalette,
    isGray,
    hasUnreadFrames: descriptor.hasUnreadFrames?.(bytes) ?? false,
    ...createOptionalField('page', page),
    isBilevel: isGray && metadata.channels === 1 && metadata.bitsPerSample === 1,
    isDeepWithProfile: isDeep && !isGray,
    isDeepGrayWithProfile: isDeep && isGray,
    hasFullChroma: !isGray && (format !== 'jpeg' || hasFullChroma(metadata)),
    isUpright: orientation === 1,
    orientation,
    isSrgb:
      metadata.space !== 'cmyk' &&
      metadata.space !== 'lab' &&
      !profile &&
      !colors?.convertToSrgb &&
      isSrgbProfile(metadata.icc),
    ...createOptionalField('sourceProfile', profile),
    ...createOptionalField('convertToSrgb', colors?.convertToSrgb),
    ...(colors?.hasLimitedAlpha ? { hasLimitedAlpha: true } : {}),
    isHighDynamicRange: colors?.isHighDynamicRange ?? false,
    ...createOptionalField(
      'keptXmp',
      buildKeptXmp(xmp, { exif, iptc: metadata.iptc }, metadataOption),
    ),
    ...createOptionalField('sourceTypeXmp', buildKeptXmp(xmp, {}, 'strip')),
  };
}

/** For CMYK, sharp reports the factors of four channels, such as 4:4:4:4. */
const hasFullChroma = ({ chromaSubsampling }: Metadata): boolean =>
  chromaSubsampling?.startsWith('4:4:4') ?? false;

const createOptionalField = <K extends string, V>(
  key: K,
  value: V | undefined,
): Partial<Record<K, V>> => (value === undefined ? {} : ({ [key]: value } as Record<K, V>));

async function readMetadata(
  bytes: Buffer,
  format: ImageFormat,
  page: number | undefined,
): Promise<Metadata> {
  try {
    // `findLimitError` checks the limit and reports the values in its error. Reading a header does not decode
    // pixels.
    return await sharp(bytes, {
      limitInputPixels: false,
      ...createOptionalField('page', page),
    }).metadata();
  } catch (error) {
    throw toDecodingError(error, bytes, format);
  }
}
