import type { Sharp } from 'sharp';
import { decodingError, isHarmless, isWriteFailure } from '../decoder-pool/decoding-error.js';
import type { EncodePlan } from '../encode/encode-plan.js';
import { FORMATS } from '../formats/index.js';
import { applyGeometry } from '../geometry/apply-geometry.js';
import { outputHeader } from '../geometry/output-header.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { fromRawPixels, rawPixels, sharp } from './image-library.js';
import type { ImageSource } from '../inspect/image-source.js';
import type { RawImage } from '../encode/local-error.js';
import { keepsFrames } from '../encode/keeps-frames.js';
import { addPngProfile } from '../colors/png-colors.js';

/**
 * decode -> orient -> scale, crop and pad -> flatten -> sRGB -> `finish`. Ignores invisible defects.
 *
 * @param finish encodes the image or reads its pixels; called again for a source with such defects
 * @throws TruncatedImageError, CorruptImageError
 */
export async function decodeImage<T>(
  source: ImageSource,
  plan: EncodePlan,
  finish: (image: Sharp) => Promise<T>,
): Promise<T> {
  const { bytes, header, maxPixels, pixels } = source;
  const isStill = !keepsFrames(header, plan);
  if (plan.geometry) {
    const upright = isStill && pixels ? await pixels.readPixels() : await readFrames(source, plan);
    const frames = isStill ? 1 : header.frames;
    const result = await applyGeometry(upright, plan, plan.geometry, frames);
    return finish(convertToGray(fromRawPixels(result, frames), header, plan));
  }
  if (pixels && isStill) {
    const image = fromRawPixels(await pixels.readPixels());
    return finish(convertToGray(resizeContent(image, header, plan), header, plan));
  }
  const profiled = await addSourceProfile(bytes, header, plan, maxPixels);
  const createStrictPipeline = (): Sharp =>
    createPipeline(profiled, header, plan, maxPixels, 'warning');
  try {
    return await finish(createStrictPipeline());
  } catch (error) {
    const defect = isWriteFailure(error) ? await findDefect(createStrictPipeline()) : error;
    if (!isHarmless(defect ?? error)) throw decodingError(defect ?? error, bytes, header.format);
  }
  try {
    return await finish(createPipeline(profiled, header, plan, maxPixels, 'error'));
  } catch (error) {
    throw decodingError(error, bytes, header.format);
  }
}

/** Returns the fault of a source. A stopped encoder reports only that it could not write. */
async function findDefect(image: Sharp): Promise<unknown> {
  try {
    await image.resize(1, 1, { fit: 'fill' }).raw().toBuffer();
    return undefined;
  } catch (error) {
    return error;
  }
}

function createPipeline(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
  failOn: 'warning' | 'error',
): Sharp {
  const pages = keepsFrames(header, plan) ? -1 : 1;
  let image = sharp(bytes, { failOn, limitInputPixels: maxPixels, pages, ...selectPage(header) });
  if (!header.isUpright) image = image.autoOrient();
  image = resizeContent(image, header, plan);
  if (header.isDeepWithProfile) return image.withIccProfile('srgb', { attach: false });
  return convertToGray(image, header, plan);
}

function resizeContent(image: Sharp, header: ImageHeader, plan: EncodePlan): Sharp {
  const { width, height } = plan;
  const scaled = plan.resized ? image.resize(width, height, { fit: 'fill' }) : image;
  const losesAlpha = plan.format === 'jpeg' && header.hasAlpha;
  return losesAlpha ? scaled.flatten({ background: '#ffffff' }) : scaled;
}

const convertToGray = (image: Sharp, header: ImageHeader, plan: EncodePlan): Sharp =>
  outputHeader(header, plan).isGray ? image.toColourspace('b-w') : image;

/** Returns the upright frames that the output has, stacked vertically and in their size. */
export async function readFrames(source: ImageSource, { format }: EncodePlan): Promise<RawImage> {
  const { width, height } = source.header;
  // A PNG is neither flattened nor scaled.
  const isStill = !keepsFrames(source.header, { format });
  const kept = { format: isStill ? ('png' as const) : format, width, height, resized: false };
  return decodeImage(source, { ...kept, quality: 100, effort: 'balanced' }, (image) =>
    rawPixels(withAlphaInColor(image, source.header)),
  );
}

/** The library would drop the alpha of gray pixels. */
export const withAlphaInColor = (image: Sharp, { isGray, hasAlpha }: ImageHeader): Sharp =>
  isGray && !hasAlpha ? image : image.toColourspace('srgb');

/** Without a page, the library reads the primary item of an AVIF. */
const selectPage = ({ page }: ImageHeader) => (page === undefined ? {} : { page });

/** Expands opacity from 16 to 235 of 255. */
function withFullAlpha(image: Sharp, { bytesPerPixel }: ImageHeader): Sharp {
  // The library shifts samples of more than 8 bits to 16.
  const [unit, white] = bytesPerPixel > 4 ? [256, 65_535] : [1, 255];
  const factor = white / (219 * unit);
  // The library rounds down.
  return image.keepIccProfile().linear([1, 1, 1, factor], [0, 0, 0, 0.5 - factor * 16 * unit]);
}

async function convertColors(
  image: Sharp,
  pageHeight: number,
  toSrgb: (pixels: Buffer) => void,
): Promise<Sharp> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  toSrgb(data);
  const { width, height } = info;
  const raw = { width, height, channels: 3, pageHeight } as const;
  return sharp(data, { raw, limitInputPixels: false });
}

/**
 * Returns the source with an ICC profile built from its other color data. The source becomes a PNG if its
 * format has no `addProfile`. It becomes an 8-bit PNG if the library would ignore the profile, or a TIFF
 * if several pages are kept.
 */
async function addSourceProfile(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
): Promise<Buffer> {
  const { format, sourceProfile, isGray, isDeepGrayWithProfile, hasLimitedAlpha, toSrgb } = header;
  const { addProfile } = FORMATS[format];
  if (!isDeepGrayWithProfile && !hasLimitedAlpha && !toSrgb) {
    if (!sourceProfile) return bytes;
    if (addProfile) return addProfile(bytes, sourceProfile);
  }
  const hasPages = keepsFrames(header, plan);
  try {
    const stored = sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: maxPixels,
      pages: hasPages ? -1 : 1,
      ...selectPage(header),
    });
    const image = hasLimitedAlpha ? withFullAlpha(stored, header) : stored;
    const gray = isGray ? image.keepIccProfile().toColourspace('b-w') : image;
    const readable = toSrgb ? await convertColors(image.autoOrient(), header.height, toSrgb) : gray;
    if (hasPages) return await readable.tiff({ compression: 'deflate' }).toBuffer();
    const png = await readable.png({ compressionLevel: 1 }).toBuffer();
    return sourceProfile ? addPngProfile(png, sourceProfile) : png;
  } catch (error) {
    throw decodingError(error, bytes, format);
  }
}
