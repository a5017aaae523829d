import type { Sharp } from 'sharp';
import type { EncodePlan } from './encode-plan.js';
import { webpSettings } from './encoder-settings.js';
import { frameTiming } from './frame-timing.js';
import type { ImageHeader } from '../inspect/image-header.js';
import { sharp } from '../decode/image-library.js';
import { mayBeLossless } from './lossless-webp.js';
import { isSameMotion, readMotion } from './motion.js';
import { keepsFrames } from './keeps-frames.js';
import { countWebpFrames } from '../metadata/strip-webp.js';

/** From this quality on, the WebP library drops only frames that differ by at most 1 of 255. */
const MOTION_QUALITY = 98;

/**
 * Encodes a WebP. At a lower quality, the WebP library drops frames with larger differences from the
 * previous one. A slow fade would freeze. It is encoded at a higher quality or losslessly instead.
 */
export async function encodeWebp(
  image: Sharp,
  plan: EncodePlan,
  header: ImageHeader,
): Promise<Buffer> {
  const settings = { ...webpSettings(plan.quality, plan.effort), ...frameTiming(header, plan) };
  const encoded = await image.webp(settings).toBuffer();
  if (!settings.lossless && mayBeLossless(header, plan)) {
    const lossless = await image.webp({ ...settings, lossless: true }).toBuffer();
    return lossless.length <= encoded.length ? lossless : encoded;
  }
  const { delays } = header;
  if (!delays || settings.lossless || !keepsFrames(header, plan)) return encoded;
  if (countWebpFrames(encoded) === header.frames) return encoded;
  const source = await readMotion(image.clone(), delays);
  const isMotionKept = async (result: Buffer): Promise<boolean> => {
    const { delay = [0] } = await sharp(result).metadata();
    return isSameMotion(source, await readMotion(sharp(result, { pages: -1 }), delay));
  };
  if (await isMotionKept(encoded)) return encoded;
  const finer = await image.webp({ ...settings, quality: MOTION_QUALITY }).toBuffer();
  if (await isMotionKept(finer)) return finer;
  return image.webp({ ...settings, lossless: true }).toBuffer();
}
