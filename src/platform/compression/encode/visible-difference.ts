import type { Sharp } from 'sharp';
import { decodeImage } from '../decode/decode-image.js';
import type { EncodePlan } from './encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { sharp } from '../decode/image-library.js';
import type { ImageSource } from '../inspect/image-source.js';
import { toReadableSource } from '../decode/readable-source.js';

/** Maximum size of a small image, such as a swatch or an icon, whose pixels are compared. */
const MAX_SMALL_PIXELS = 64 * 64;
/** Maximum size of an image whose areas are compared. In larger images, errors average out. */
const MAX_AREA_PIXELS = 128 * 128;
/** Number of compared areas, in each direction. */
const AREAS_PER_SIDE = 32;
/** Minimum mean difference of a pixel, 0 to 255, that makes a small image look different. */
const VISIBLE_DIFFERENCE = 5;
/** Qualities that are attempted until the difference is invisible. */
const HIGHER_QUALITIES = [75, 90, 95, 100];

/**
 * Returns whether an output is small enough to be compared with its source. The limit is lower for resized
 * images, whose source must be decoded a second time.
 */
export const isSmallImage = (
  header: ImageHeader,
  { width, height, isResized, geometry }: EncodePlan,
): boolean =>
  header.frames === 1 &&
  width * height <= (isResized || geometry ? MAX_SMALL_PIXELS : MAX_AREA_PIXELS);

/**
 * Encodes a small image at a higher quality if the requested one changes it visibly. A swatch of a few
 * pixels may become gray at quality 50.
 *
 * @param encode encodes the source with a plan
 * @returns the result and its plan; if the difference remains visible, the result and plan of the last attempt
 */
export async function encodeSmallImage(
  source: ImageSource,
  plan: EncodePlan,
  encode: (plan: EncodePlan) => Promise<Buffer>,
): Promise<{ encoded: Buffer; plan: EncodePlan }> {
  let attemptPlan = plan;
  let encoded = await encode(plan);
  const areasPerSide = plan.width * plan.height > MAX_SMALL_PIXELS ? AREAS_PER_SIDE : undefined;
  const readPixels = (image: Sharp) => readPixelsOnWhite(image, areasPerSide);
  const sourcePixels = await decodeImage(source, plan, readPixels);
  for (const quality of HIGHER_QUALITIES) {
    const encodedPixels = await readPixels(sharp(toReadableSource(encoded, plan.format)));
    if (computeMeanDifference(sourcePixels, encodedPixels) < VISIBLE_DIFFERENCE) break;
    if (quality <= plan.quality) continue;
    attemptPlan = { ...plan, quality };
    encoded = await encode(attemptPlan);
  }
  return { encoded, plan: attemptPlan };
}

/**
 * Reads the pixels on white, the background of most pages.
 *
 * @param areasPerSide number of areas in each direction whose mean colors are returned; by default, returns all
 *   pixels
 */
function readPixelsOnWhite(image: Sharp, areasPerSide?: number): Promise<Buffer> {
  const sampledImage = areasPerSide
    ? image.resize(areasPerSide, areasPerSide, { fit: 'fill', kernel: 'linear' })
    : image;
  return sampledImage.flatten({ background: '#ffffff' }).toColourspace('srgb').raw().toBuffer();
}

function computeMeanDifference(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}
