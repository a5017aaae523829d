import type { Sharp } from 'sharp';
import { toDecodingError, isHarmless, isWriteFailure } from '../decoder-pool/decoding-error.js';
import type { EncodePlan } from '../encode/encode-plan.js';
import { FORMATS } from '../formats/index.js';
import { applyGeometry } from '../geometry/apply-geometry.js';
import { toOutputHeader } from '../geometry/output-header.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { createImageFromPixels, readRawPixels, sharp } from './image-library.js';
import type { ImageSource } from '../inspect/image-source.js';
import type { RawImage } from '../encode/local-error.js';
import { keepsFrames } from '../encode/keeps-frames.js';
import { addPngProfile } from '../colors/png-colors.js';

/**
 * Decodes, orients, scales, crops, pads and flattens the image, converts it to sRGB, and calls `finish`.
 * Ignores invisible defects.
 *
 * @param finish encodes the image or reads its pixels; called a second time for a source with such defects
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
    const uprightPixels =
      isStill && pixels ? await pixels.readPixels() : await readFrames(source, plan);
    const frameCount = isStill ? 1 : header.frames;
    const result = await applyGeometry(uprightPixels, plan, plan.geometry, frameCount);
    return finish(convertToGray(createImageFromPixels(result, frameCount), header, plan));
  }
  if (pixels && isStill) {
    const image = createImageFromPixels(await pixels.readPixels());
    return finish(convertToGray(resizeContent(image, header, plan), header, plan));
  }
  const profiledBytes = await addSourceProfile(bytes, header, plan, maxPixels);
  const createStrictPipeline = (): Sharp =>
    createPipeline(profiledBytes, header, plan, maxPixels, 'warning');
  try {
    return await finish(createStrictPipeline());
  } catch (error) {
    const defect = isWriteFailure(error) ? await findDefect(createStrictPipeline()) : error;
    if (!isHarmless(defect ?? error)) throw toDecodingError(defect ?? error, bytes, header.format);
  }
  try {
    return await finish(createPipeline(profiledBytes, header, plan, maxPixels, 'error'));
  } catch (error) {
    throw toDecodingError(error, bytes, header.format);
  }
}

/** Returns the error that the source causes. A stopped encoder reports only that it could not write. */
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
  const scaledImage = plan.isResized ? image.resize(width, height, { fit: 'fill' }) : image;
  const losesAlpha = plan.format === 'jpeg' && header.hasAlpha;
  return losesAlpha ? scaledImage.flatten({ background: '#ffffff' }) : scaledImage;
}

const convertToGray = (image: Sharp, header: ImageHeader, plan: EncodePlan): Sharp =>
  toOutputHeader(header, plan).isGray ? image.toColourspace('b-w') : image;

/** Returns the upright frames of the output at their original size, stacked vertically. */
export async function readFrames(source: ImageSource, { format }: EncodePlan): Promise<RawImage> {
  const { width, height } = source.header;
  // A PNG is neither flattened nor scaled.
  const isStill = !keepsFrames(source.header, { format });
  const framePlan = {
    format: isStill ? ('png' as const) : format,
    width,
    height,
    isResized: false,
  };
  return decodeImage(source, { ...framePlan, quality: 100, effort: 'balanced' }, (image) =>
    readRawPixels(convertGrayAlphaToColor(image, source.header)),
  );
}

/** Converts gray pixels with alpha to color, because sharp would drop their alpha. */
export const convertGrayAlphaToColor = (image: Sharp, { isGray, hasAlpha }: ImageHeader): Sharp =>
  isGray && !hasAlpha ? image : image.toColourspace('srgb');

/** Selects the page to read. Without a page, sharp reads the primary item of an AVIF. */
const selectPage = ({ page }: ImageHeader) => (page === undefined ? {} : { page });

/** Expands limited-range opacity (16 to 235) to the full range. */
function expandLimitedAlpha(image: Sharp, { bytesPerPixel }: ImageHeader): Sharp {
  // Sharp expands samples of more than 8 bits to 16 bits.
  const [unit, white] = bytesPerPixel > 4 ? [256, 65_535] : [1, 255];
  const factor = white / (219 * unit);
  // Sharp rounds down.
  return image.keepIccProfile().linear([1, 1, 1, factor], [0, 0, 0, 0.5 - factor * 16 * unit]);
}

async function convertColors(
  image: Sharp,
  pageHeight: number,
  convertToSrgb: (pixels: Buffer) => void,
): Promise<Sharp> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  convertToSrgb(data);
  const { width, height } = info;
  const raw = { width, height, channels: 3, pageHeight } as const;
  return sharp(data, { raw, limitInputPixels: false });
}

/**
 * Adds an ICC profile that describes the colors of the source. The source becomes a PNG if its format has no
 * `addProfile`. It becomes an 8-bit PNG if sharp would ignore the profile, or a TIFF if several pages are
 * kept.
 */
async function addSourceProfile(
  bytes: Buffer,
  header: ImageHeader,
  plan: EncodePlan,
  maxPixels: number,
): Promise<Buffer> {
  const { format, sourceProfile, isGray, isDeepGrayWithProfile, hasLimitedAlpha, convertToSrgb } =
    header;
  const { addProfile } = FORMATS[format];
  if (!isDeepGrayWithProfile && !hasLimitedAlpha && !convertToSrgb) {
    if (!sourceProfile) return bytes;
    if (addProfile) return addProfile(bytes, sourceProfile);
  }
  const hasPages = keepsFrames(header, plan);
  try {
    const storedImage = sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: maxPixels,
      pages: hasPages ? -1 : 1,
      ...selectPage(header),
    });
    const image = hasLimitedAlpha ? expandLimitedAlpha(storedImage, header) : storedImage;
    const grayImage = isGray ? image.keepIccProfile().toColourspace('b-w') : image;
    const readableImage = convertToSrgb
      ? await convertColors(image.autoOrient(), header.height, convertToSrgb)
      : grayImage;
    if (hasPages) return await readableImage.tiff({ compression: 'deflate' }).toBuffer();
    const png = await readableImage.png({ compressionLevel: 1 }).toBuffer();
    return sourceProfile ? addPngProfile(png, sourceProfile) : png;
  } catch (error) {
    throw toDecodingError(error, bytes, format);
  }
}
