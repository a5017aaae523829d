import type { EncodePlan } from './encode-plan.js';
import { FORMATS } from '../formats/index.js';

/** Maximum number of attempted qualities. Each attempt halves their range. */
const MAX_ATTEMPTS = 5;
/** Above this quality, images are encoded losslessly or with a palette of the same size. */
const MAX_ATTEMPTED_QUALITY = 91;

/**
 * Encodes an image at the highest quality that fits. Used for images that must be re-encoded: they are rotated,
 * not in sRGB, or have an irregular structure.
 *
 * @param first the first result, which is larger than `maxBytes`, and its plan
 * @returns the result of the lowest quality if no quality fits
 */
export async function encodeWithinSize(
  maxBytes: number,
  { encoded, plan }: { encoded: Buffer; plan: EncodePlan },
  encode: (plan: EncodePlan) => Promise<Buffer>,
): Promise<Buffer> {
  const { minQuality } = FORMATS[plan.format];
  if (minQuality === undefined || plan.quality <= minQuality) return encoded;
  let [low, high] = [minQuality, Math.min(plan.quality, MAX_ATTEMPTED_QUALITY)];
  let best: Buffer | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && low < high; attempt++) {
    const quality = Math.floor((low + high) / 2);
    const attemptResult = await encode({ ...plan, quality });
    if (attemptResult.length <= maxBytes) [low, best] = [quality + 1, attemptResult];
    else high = quality;
  }
  return best ?? encode({ ...plan, quality: minQuality });
}
