import { readJpeg } from './read-jpeg.js';
import { requantiseScan } from './requantize-scan.js';
import { writeJpeg } from './write-jpeg.js';

/** Larger ones are rare; the coefficients of a hostile one would take 16 times its size. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Steps of quantisation in zigzag order, as a DQT segment has them. */
export interface QuantisationSteps {
  brightness: Uint8Array;
  colour: Uint8Array;
}

/**
 * The JPEG with coarser steps of quantisation. Its coefficients are decoded, rounded and coded anew; no
 * pixel is computed, so nothing is lost but by the rounding. A step that is coarser already stays.
 *
 * @returns nothing for a JPEG that this cannot be done with; the library has to say what to make of it
 */
export function requantiseJpeg(bytes: Buffer, wanted: QuantisationSteps): Buffer | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const jpeg = readJpeg(bytes);
  if (jpeg === undefined) return undefined;
  const target = jpeg.components.map(({ steps }, c) => {
    const coarse = c === 0 ? wanted.brightness : wanted.colour;
    return steps.map((step, k) => Math.max(step, coarse[k]));
  });
  // Both colours have one table in the file that is written.
  if (target.length === 3 && !Buffer.from(target[1]).equals(target[2])) return undefined;
  const tokens = requantiseScan(jpeg, target);
  return tokens && writeJpeg(jpeg, tokens, target);
}
