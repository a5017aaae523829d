import type { Sharp } from 'sharp';
import { decodeImage } from '../decode/decode-image.js';
import type { EncodePlan } from './encode-plan.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { sharp } from '../decode/image-library.js';
import type { ImageSource } from '../inspect/image-source.js';
import { readableSource } from '../decode/readable-source.js';

/** Maximum size of a small image (swatch, icon). In larger images, errors average out over many pixels. */
const MAX_PIXELS = 64 * 64;
/** Minimum mean difference of a pixel, 0 to 255, that makes a small image look different. */
const VISIBLE_DIFFERENCE = 5;
/** Qualities that are attempted until the difference is invisible. */
const HIGHER_QUALITIES = [75, 90, 95, 100];

export const isSmall = (header: ImageHeader, { width, height }: EncodePlan): boolean =>
  header.frames === 1 && width * height <= MAX_PIXELS;

/**
 * Encodes a small image at a higher quality if the requested one changes it visibly. A swatch of a few
 * pixels may become gray at quality 50.
 *
 * @param encode encodes with the given plan
 * @returns the result with its plan; of the last attempt if the difference remains visible
 */
export async function encodeSmallImage(
  source: ImageSource,
  plan: EncodePlan,
  encode: (plan: EncodePlan) => Promise<Buffer>,
): Promise<{ encoded: Buffer; plan: EncodePlan }> {
  let used = plan;
  let encoded = await encode(plan);
  const wanted = await decodeImage(source, plan, readPixelsOnWhite);
  for (const quality of HIGHER_QUALITIES) {
    const shown = await readPixelsOnWhite(sharp(readableSource(encoded, plan.format)));
    if (meanDifference(wanted, shown) < VISIBLE_DIFFERENCE) break;
    if (quality <= plan.quality) continue;
    used = { ...plan, quality };
    encoded = await encode(used);
  }
  return { encoded, plan: used };
}

/** On white, the background of most pages. */
const readPixelsOnWhite = (image: Sharp): Promise<Buffer> =>
  image.flatten({ background: '#ffffff' }).toColourspace('srgb').raw().toBuffer();

function meanDifference(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}
