import { type CodePoints, selectColors, HLG, PQ } from './code-points.js';
import { createGrayProfile, computeRgbToXyz, createRgbProfile } from './icc-profile.js';
import { createLutProfile } from './lut-profile.js';
import { invertMatrix, multiplyVector, type Vector } from './matrix.js';
import { DEFAULT_PEAK_NITS, REFERENCE_WHITE_NITS, computeToneMappingGain } from './tone-mapping.js';

/** Grid points per channel. Interpolated colors are off by at most 3 of 255. */
const GRID_POINTS = 33;
/** The color space in which the largest component is determined. */
const [REC_2020] = selectColors({ primaries: 9, transfer: 0 });

let lastProfile: { key: string; profile: Buffer | undefined } | undefined;

/**
 * Creates the ICC profile for the code points of a file. Applies tone mapping to PQ and HLG for a display without
 * headroom.
 *
 * @param peak peak luminance in nits, if the file declares it
 * @returns undefined if the primaries do not span a color space
 */
export function createCodePointProfile(
  points: CodePoints,
  isGray: boolean,
  peak = DEFAULT_PEAK_NITS,
): Buffer | undefined {
  const [primaries, transfer] = selectColors(points);
  const decode = HDR_DECODERS[points.transfer];
  if (!decode) return isGray ? createGrayProfile(transfer) : createRgbProfile(primaries, transfer);
  // The last profile is cached, because a catalog often contains many images with the same code points.
  const key = [points.primaries, points.transfer, isGray, peak].join();
  if (lastProfile?.key !== key) {
    lastProfile = {
      key,
      profile: isGray
        ? createGrayHdrProfile(decode, peak)
        : createRgbHdrProfile(points, decode, peak),
    };
  }
  return lastProfile.profile;
}

/** Returns the linear light of samples as multiples of white. `weights` are the luminances of red, green and blue. */
type HdrDecoder = (samples: Vector, weights: Vector) => Vector;

/** Decodes a PQ sample to linear light (SMPTE ST 2084). */
function decodePq(sample: number): number {
  const [m1, m2, c1, c2, c3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];
  const power = sample ** (1 / m2);
  return (
    ((Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * 10_000) / REFERENCE_WHITE_NITS
  );
}

/** Decodes an HLG sample to scene light (ARIB STD-B67). */
function decodeHlg(sample: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return sample <= 0.5 ? (sample * sample) / 3 : (Math.exp((sample - c) / a) + b) / 12;
}

const mapVector = ([a, b, c]: Vector, mapValue: (value: number) => number): Vector => [
  mapValue(a),
  mapValue(b),
  mapValue(c),
];

const HDR_DECODERS: Readonly<Record<number, HdrDecoder | undefined>> = {
  [PQ]: (samples) => mapVector(samples, decodePq),
  // On a display of 1,000 nits, the scene luminance is raised to the power 1.2 (ITU-R BT.2100).
  [HLG]: (samples, weights) => {
    const scene = mapVector(samples, decodeHlg);
    const luminance = scene[0] * weights[0] + scene[1] * weights[1] + scene[2] * weights[2];
    return mapVector(
      scene,
      (value) => (value * luminance ** 0.2 * DEFAULT_PEAK_NITS) / REFERENCE_WHITE_NITS,
    );
  },
};

const createGrayHdrProfile = (decode: HdrDecoder, peak: number): Buffer =>
  createGrayProfile((sample) => {
    const [light] = decode([sample, sample, sample], [1, 0, 0]);
    return light * computeToneMappingGain(light, peak);
  });

function createRgbHdrProfile(
  points: CodePoints,
  decode: HdrDecoder,
  peak: number,
): Buffer | undefined {
  const source = computeRgbToXyz(selectColors(points)[0]);
  const rec2020 = computeRgbToXyz(REC_2020);
  const fromXyz = rec2020 && invertMatrix(rec2020);
  if (!source || !fromXyz) return undefined;
  const convertToRec2020 = (light: Vector): Vector =>
    multiplyVector(fromXyz, multiplyVector(source, light));
  return createLutProfile({
    name: 'High dynamic range',
    space: 'RGB ',
    channels: 3,
    gridPoints: GRID_POINTS,
    primaries: REC_2020,
    getColor: ([red, green, blue]) => {
      const light = convertToRec2020(decode([red, green, blue], source[1]));
      const gain = computeToneMappingGain(Math.max(...light), peak);
      return mapVector(light, (value) => toSrgbSample(Math.min(1, Math.max(0, value * gain))));
    },
  });
}

/** Returns the sRGB sample for a share of linear light. */
const toSrgbSample = (light: number): number =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
