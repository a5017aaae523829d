import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from '../formats/index.js';

/** Number of qualities that are attempted until the result fits. Their range is halved each time. */
const MAX_LOWER_QUALITIES = 5;
/** Above this quality, images are encoded without loss or with a palette of the same size. */
const MAX_ATTEMPTED_QUALITY = 91;

/**
 * Encodes an image that must be re-encoded at the highest quality that fits: it is rotated, not in sRGB, or
 * its structure is irregular.
 *
 * @param first the result of a plan, which is larger than `maxBytes`
 * @returns the result of the lowest quality if none fits
 */
export async function encodeWithinSize(
  maxBytes: number,
  { encoded, plan }: { encoded: Buffer; plan: EncodePlan },
  encode: (plan: EncodePlan) => Promise<Buffer>,
): Promise<Buffer> {
  const { qualityFloor } = FORMATS[plan.format];
  if (qualityFloor === undefined || plan.quality <= qualityFloor) return encoded;
  let [low, high] = [qualityFloor, Math.min(plan.quality, MAX_ATTEMPTED_QUALITY)];
  let best: Buffer | undefined;
  for (let attempt = 0; attempt < MAX_LOWER_QUALITIES && low < high; attempt++) {
    const quality = Math.floor((low + high) / 2);
    const smaller = await encode({ ...plan, quality });
    if (smaller.length <= maxBytes) [low, best] = [quality + 1, smaller];
    else high = quality;
  }
  return best ?? encode({ ...plan, quality: qualityFloor });
}
