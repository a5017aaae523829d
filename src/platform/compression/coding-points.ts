import {
  type Chromaticity,
  grayProfile,
  type Primaries,
  rgbProfile,
  type TransferFunction,
} from './icc-profile.js';

/** Coding-independent code points (ITU-T H.273), as cICP in a PNG and nclx in an AVIF have them. */
export interface CodingPoints {
  primaries: number;
  transfer: number;
}

const at = (x: number, y: number): Chromaticity => ({ x, y });
const D65 = at(0.3127, 0.329);

export const SRGB_PRIMARIES: Primaries = {
  white: D65,
  red: at(0.64, 0.33),
  green: at(0.3, 0.6),
  blue: at(0.15, 0.06),
};

/** 2 is "unspecified", which browsers show as sRGB. */
const SRGB_LIKE_PRIMARIES = new Set([0, 1, 2]);
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  4: { white: at(0.31, 0.316), red: at(0.67, 0.33), green: at(0.21, 0.71), blue: at(0.14, 0.08) },
  5: { white: D65, red: at(0.64, 0.33), green: at(0.29, 0.6), blue: at(0.15, 0.06) },
  6: { white: D65, red: at(0.63, 0.34), green: at(0.31, 0.595), blue: at(0.155, 0.07) },
  7: { white: D65, red: at(0.63, 0.34), green: at(0.31, 0.595), blue: at(0.155, 0.07) },
  9: { white: D65, red: at(0.708, 0.292), green: at(0.17, 0.797), blue: at(0.131, 0.046) },
  11: {
    white: at(0.314, 0.351),
    red: at(0.68, 0.32),
    green: at(0.265, 0.69),
    blue: at(0.15, 0.06),
  },
  12: { white: D65, red: at(0.68, 0.32), green: at(0.265, 0.69), blue: at(0.15, 0.06) },
};

/** The curves of television, which browsers show as that of sRGB. */
const SRGB_LIKE_TRANSFERS = new Set([0, 1, 2, 6, 13, 14, 15]);
/** Nits that a display shows as white (ITU-R BT.2408). */
const REFERENCE_WHITE = 203;

const srgb: TransferFunction = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

/** SMPTE ST 2084; what is brighter than white becomes white. */
const perceptualQuantizer: TransferFunction = (v) => {
  const [m1, m2, c1, c2, c3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];
  const power = v ** (1 / m2);
  return ((Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * 10_000) / REFERENCE_WHITE;
};

/** ARIB STD-B67 on a display of 1,000 nits. */
const hybridLogGamma: TransferFunction = (v) => {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = v <= 0.5 ? (v * v) / 3 : (Math.exp((v - c) / a) + b) / 12;
  return (scene ** 1.2 * 1000) / REFERENCE_WHITE;
};

const TRANSFERS: Readonly<Record<number, TransferFunction>> = {
  4: (v) => v ** 2.2,
  5: (v) => v ** 2.8,
  8: (v) => v,
  16: perceptualQuantizer,
  18: hybridLogGamma,
};

/** Whether samples mean what they mean in sRGB, as far as browsers show. */
export const isSrgbLike = ({ primaries, transfer }: CodingPoints): boolean =>
  (SRGB_LIKE_PRIMARIES.has(primaries) || !(primaries in PRIMARIES)) &&
  (SRGB_LIKE_TRANSFERS.has(transfer) || !(transfer in TRANSFERS));

/** Primaries and curve of code points; unknown ones are those of sRGB. */
export const colorsOf = ({ primaries, transfer }: CodingPoints): [Primaries, TransferFunction] => [
  PRIMARIES[primaries] ?? SRGB_PRIMARIES,
  TRANSFERS[transfer] ?? srgb,
];

/** Brighter than white: PQ or HLG. */
export const isHighDynamicRange = ({ transfer }: CodingPoints): boolean =>
  transfer === 16 || transfer === 18;

export function profileOfPoints(points: CodingPoints, isGray: boolean): Buffer | undefined {
  const [primaries, transfer] = colorsOf(points);
  return isGray ? grayProfile(transfer) : rgbProfile(primaries, transfer);
}
