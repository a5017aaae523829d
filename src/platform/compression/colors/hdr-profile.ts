import { type CodingPoints, selectColors, HLG, PQ } from './coding-points.js';
import { grayProfile, primariesToXyz, rgbProfile } from './icc-profile.js';
import { lutProfile } from './lut-profile.js';
import { invert, times, type Vector } from './matrix.js';
import { DEFAULT_PEAK, REFERENCE_WHITE, toneMappingGain } from './tone-mapping.js';

/** Grid points per channel. Between them, colors differ by at most 3 of 255. */
const GRID_POINTS = 33;
/** The color space in which the largest component is determined. */
const [REC_2020] = selectColors({ primaries: 9, transfer: 0 });

let last: { key: string; profile: Buffer | undefined } | undefined;

/**
 * Returns the ICC profile of a file with code points. PQ and HLG are tone-mapped for a display without
 * headroom.
 *
 * @param peak peak luminance in nits, if the file states it
 * @returns undefined if the primaries span no color space
 */
export function createProfile(
  points: CodingPoints,
  isGray: boolean,
  peak = DEFAULT_PEAK,
): Buffer | undefined {
  const [primaries, transfer] = selectColors(points);
  const light = HDR_LIGHT[points.transfer];
  if (!light) return isGray ? grayProfile(transfer) : rgbProfile(primaries, transfer);
  // A catalog has many images of one kind.
  const key = [points.primaries, points.transfer, isGray, peak].join();
  if (last?.key !== key) {
    last = { key, profile: isGray ? grayHdr(light, peak) : rgbHdr(points, light, peak) };
  }
  return last.profile;
}

/** Returns the linear light of samples as multiples of white. `weights` are the luminances of red, green and blue. */
type HdrLight = (samples: Vector, weights: Vector) => Vector;

/** SMPTE ST 2084. */
function perceptualQuantizer(sample: number): number {
  const [m1, m2, c1, c2, c3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];
  const power = sample ** (1 / m2);
  return ((Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * 10_000) / REFERENCE_WHITE;
}

/** ARIB STD-B67: scene light. */
function hybridLogGamma(sample: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return sample <= 0.5 ? (sample * sample) / 3 : (Math.exp((sample - c) / a) + b) / 12;
}

const map = ([a, b, c]: Vector, change: (value: number) => number): Vector => [
  change(a),
  change(b),
  change(c),
];

const HDR_LIGHT: Readonly<Record<number, HdrLight | undefined>> = {
  [PQ]: (samples) => map(samples, perceptualQuantizer),
  // On a display of 1,000 nits, the scene luminance is raised to the power 1.2 (ITU-R BT.2100).
  [HLG]: (samples, weights) => {
    const scene = map(samples, hybridLogGamma);
    const luminance = scene[0] * weights[0] + scene[1] * weights[1] + scene[2] * weights[2];
    return map(scene, (value) => (value * luminance ** 0.2 * DEFAULT_PEAK) / REFERENCE_WHITE);
  },
};

const grayHdr = (lightOf: HdrLight, peak: number): Buffer =>
  grayProfile((sample) => {
    const [light] = lightOf([sample, sample, sample], [1, 0, 0]);
    return light * toneMappingGain(light, peak);
  });

function rgbHdr(points: CodingPoints, lightOf: HdrLight, peak: number): Buffer | undefined {
  const source = primariesToXyz(selectColors(points)[0]);
  const rec2020 = primariesToXyz(REC_2020);
  const fromXyz = rec2020 && invert(rec2020);
  if (!source || !fromXyz) return undefined;
  const convert = (light: Vector): Vector => times(fromXyz, times(source, light));
  return lutProfile({
    name: 'High dynamic range',
    space: 'RGB ',
    channels: 3,
    gridPoints: GRID_POINTS,
    primaries: REC_2020,
    colorOf: ([red, green, blue]) => {
      const light = convert(lightOf([red, green, blue], source[1]));
      const gain = toneMappingGain(Math.max(...light), peak);
      return map(light, (value) => srgbSample(Math.min(1, Math.max(0, value * gain))));
    },
  });
}

/** Returns the sRGB sample for a share of linear light. */
const srgbSample = (light: number): number =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
