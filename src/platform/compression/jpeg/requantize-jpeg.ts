import { readJpeg } from './read-jpeg.js';
import { requantizeScan } from './requantize-scan.js';
import { writeJpeg } from './write-jpeg.js';

/** Larger ones are rare; the coefficients of a hostile one would take 16 times its size. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Steps of quantization in zigzag order, as a DQT segment has them. */
export interface QuantisationSteps {
  brightness: Uint8Array;
  color: Uint8Array;
}

/**
 * The JPEG with coarser steps of quantization. Its coefficients are decoded, rounded and coded anew; no
 * pixel is computed, so nothing is lost but by the rounding. A step that is coarser already stays.
 *
 * @returns nothing for a JPEG that this cannot be done with; the library has to say what to make of it
 */
export function requantizeJpeg(bytes: Buffer, wanted: QuantisationSteps): Buffer | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const jpeg = readJpeg(bytes);
  if (jpeg === undefined) return undefined;
  const target = jpeg.components.map(({ steps }, c) => {
    const coarse = c === 0 ? wanted.brightness : wanted.color;
    return steps.map((step, k) => Math.max(step, coarse[k]));
  });
  // Both colors have one table in the file that is written.
  if (target.length === 3 && !Buffer.from(target[1]).equals(target[2])) return undefined;
  const tokens = requantizeScan(jpeg, target);
  return tokens && writeJpeg(jpeg, tokens, target);
}
