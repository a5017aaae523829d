import type { Sharp } from 'sharp';
import type { EncodePlan } from './encode-plan.js';
import { createWebpSettings } from './encoder-settings.js';
import { getFrameTiming } from './frame-timing.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { sharp } from '../decode/image-library.js';
import { mayBeSmallerIfLossless } from './lossless-webp.js';
import { isSameMotion, readMotion } from './motion.js';
import { keepsFrames } from './keeps-frames.js';
import { countWebpFrames } from '../metadata/strip-webp.js';

/** At this quality or higher, the WebP library drops only frames that differ by at most 1 of 255. */
const MOTION_QUALITY = 98;

/**
 * Encodes a WebP. At lower quality, the WebP library also drops frames with larger differences from the
 * previous frame. This would freeze a slow fade. Such an animation is encoded at a higher quality or losslessly.
 */
export async function encodeWebp(
  image: Sharp,
  plan: EncodePlan,
  header: ImageHeader,
): Promise<Buffer> {
  const settings = {
    ...createWebpSettings(plan.quality, plan.effort),
    ...getFrameTiming(header, plan),
  };
  const encoded = await image.webp(settings).toBuffer();
  if (!settings.lossless && mayBeSmallerIfLossless(header, plan)) {
    const losslessWebp = await image.webp({ ...settings, lossless: true }).toBuffer();
    return losslessWebp.length <= encoded.length ? losslessWebp : encoded;
  }
  const { delays } = header;
  if (!delays || settings.lossless || !keepsFrames(header, plan)) return encoded;
  if (countWebpFrames(encoded) === header.frames) return encoded;
  const sourceMotion = await readMotion(image.clone(), delays);
  const keepsMotion = async (result: Buffer): Promise<boolean> => {
    const { delay = [0] } = await sharp(result).metadata();
    return isSameMotion(sourceMotion, await readMotion(sharp(result, { pages: -1 }), delay));
  };
  if (await keepsMotion(encoded)) return encoded;
  const higherQualityWebp = await image.webp({ ...settings, quality: MOTION_QUALITY }).toBuffer();
  if (await keepsMotion(higherQualityWebp)) return higherQualityWebp;
  return image.webp({ ...settings, lossless: true }).toBuffer();
}
