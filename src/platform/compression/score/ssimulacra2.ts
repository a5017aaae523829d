import type { RawImage } from '../local-error.js';
import { type PlaneErrors, planeErrors } from './plane-errors.js';
import { WEIGHTS } from './ssimulacra2-weights.js';
import { halved, linearPlanes, positiveXyb } from './xyb.js';

export const SCALES = 6;
/** Smaller scales are not compared. */
export const MIN_SCORED_SIDE = 8;
/** Backgrounds of transparent pixels, in sRGB from 0 to 1. The lower score of the dark and the bright one counts. */
const BACKGROUNDS = [0.1, 0.9];
const OPAQUE_BACKGROUND = [0.5];

/**
 * SSIMULACRA 2 (version 2.1, Cloudinary): perceptual similarity of an image to its source. 100 is
 * identical, 90 is visually lossless, 70 is high quality, 50 is medium, below 30 is low.
 *
 * It takes about 0.5 s of CPU per megapixel, and 48 bytes of memory per pixel.
 *
 * @param source sRGB, 8 bits, 1 to 4 channels
 * @param distorted the same size
 * @throws RangeError when the sizes differ, or a side is shorter than `MIN_SCORED_SIDE`
 */
export function ssimulacra2(source: RawImage, distorted: RawImage): number {
  if (source.width !== distorted.width || source.height !== distorted.height) {
    throw new RangeError('The images have different sizes. Resize one of them first.');
  }
  if (Math.min(source.width, source.height) < MIN_SCORED_SIDE) {
    throw new RangeError(
      `Images below ${MIN_SCORED_SIDE} x ${MIN_SCORED_SIDE} pixels have no score.`,
    );
  }
  const backgrounds = backgroundsOf(source, distorted);
  return Math.min(...backgrounds.map((background) => scoreOn(source, distorted, background)));
}

/** Returns the backgrounds on which images are compared. */
export const backgroundsOf = (...images: RawImage[]): readonly number[] =>
  images.some(({ channels }) => channels % 2 === 0) ? BACKGROUNDS : OPAQUE_BACKGROUND;

function scoreOn(source: RawImage, distorted: RawImage, background: number): number {
  let [a, b] = [linearPlanes(source, background), linearPlanes(distorted, background)];
  const scales: PlaneErrors[][] = [];
  for (let scale = 0; scale < SCALES; scale++) {
    if (Math.min(a.width, a.height) < MIN_SCORED_SIDE) break;
    if (scale > 0) [a, b] = [halved(a), halved(b)];
    const [xybA, xybB] = [positiveXyb(a), positiveXyb(b)];
    scales.push(
      xybA.planes.map((plane, c) => planeErrors(plane, xybB.planes[c], a.width, a.height)),
    );
  }
  return scoreOfErrors(scales);
}

/** Maps the weighted sum of all norms to the scale of mean opinion scores. */
export function scoreOfErrors(scales: PlaneErrors[][]): number {
  const norms = [0, 1, 2].flatMap((component) =>
    scales.flatMap((planes) => {
      const { structure, artifacts, lostDetail } = planes[component];
      return [0, 1].flatMap((norm) => [structure[norm], artifacts[norm], lostDetail[norm]]);
    }),
  );
  const sum = norms.reduce((total, norm, i) => total + norm * WEIGHTS[i], 0) * 0.9562382616834844;
  const error =
    2.326765642916932 * sum - 0.020884521182843837 * sum ** 2 + 6.248496625763138e-5 * sum ** 3;
  return error > 0 ? 100 - 10 * error ** 0.6276336467831387 : 100;
}
