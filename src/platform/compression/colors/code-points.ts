import type { Chromaticity, Primaries, TransferFunction } from './icc-profile.js';

/** Coding-independent code points (ITU-T H.273), as used by cICP in a PNG and nclx in an AVIF. */
export interface CodePoints {
  primaries: number;
  transfer: number;
  /** Transfer function of ITU-R BT.709. Chromium shows it with gamma 2.4 in a PNG, and as sRGB in an AVIF. */
  televisionTransfer?: TransferFunction;
}

const toChromaticity = (x: number, y: number): Chromaticity => ({ x, y });
const D65 = toChromaticity(0.3127, 0.329);

export const SRGB_PRIMARIES: Primaries = {
  white: D65,
  red: toChromaticity(0.64, 0.33),
  green: toChromaticity(0.3, 0.6),
  blue: toChromaticity(0.15, 0.06),
};

/** 2 is "unspecified", which browsers show as sRGB. */
const SRGB_LIKE_PRIMARIES = new Set([0, 1, 2]);
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  4: {
    white: toChromaticity(0.31, 0.316),
    red: toChromaticity(0.67, 0.33),
    green: toChromaticity(0.21, 0.71),
    blue: toChromaticity(0.14, 0.08),
  },
  5: {
    white: D65,
    red: toChromaticity(0.64, 0.33),
    green: toChromaticity(0.29, 0.6),
    blue: toChromaticity(0.15, 0.06),
  },
  6: {
    white: D65,
    red: toChromaticity(0.63, 0.34),
    green: toChromaticity(0.31, 0.595),
    blue: toChromaticity(0.155, 0.07),
  },
  7: {
    white: D65,
    red: toChromaticity(0.63, 0.34),
    green: toChromaticity(0.31, 0.595),
    blue: toChromaticity(0.155, 0.07),
  },
  9: {
    white: D65,
    red: toChromaticity(0.708, 0.292),
    green: toChromaticity(0.17, 0.797),
    blue: toChromaticity(0.131, 0.046),
  },
  11: {
    white: toChromaticity(0.314, 0.351),
    red: toChromaticity(0.68, 0.32),
    green: toChromaticity(0.265, 0.69),
    blue: toChromaticity(0.15, 0.06),
  },
  12: {
    white: D65,
    red: toChromaticity(0.68, 0.32),
    green: toChromaticity(0.265, 0.69),
    blue: toChromaticity(0.15, 0.06),
  },
};

const TELEVISION_TRANSFERS = new Set([1, 6, 11, 14, 15]);
const decodeSrgb: TransferFunction = (v) =>
  v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;

/** Decodes a sample to linear light (SMPTE ST 240). */
const decodeSmpte240: TransferFunction = (v) =>
  v < 0.0913 ? v / 4 : ((v + 0.1115) / 1.1115) ** (1 / 0.45);

const TRANSFERS: Readonly<Record<number, TransferFunction>> = {
  4: (v) => v ** 2.2,
  5: (v) => v ** 2.8,
  7: decodeSmpte240,
  8: (v) => v,
};

/** Returns whether browsers show the samples like sRGB. */
export const isSrgbLike = (points: CodePoints): boolean =>
  (SRGB_LIKE_PRIMARIES.has(points.primaries) || !(points.primaries in PRIMARIES)) &&
  !isHighDynamicRange(points) &&
  selectTransfer(points) === decodeSrgb;

/** Returns whether Chromium applies these code points to a PNG. */
export const isSupportedInPng = ({ primaries, transfer }: CodePoints): boolean =>
  (primaries === 1 || primaries in PRIMARIES) &&
  (transfer in TRANSFERS || TELEVISION_TRANSFERS.has(transfer) || [13, PQ, HLG].includes(transfer));

function selectTransfer({ transfer, televisionTransfer }: CodePoints): TransferFunction {
  if (televisionTransfer && TELEVISION_TRANSFERS.has(transfer)) return televisionTransfer;
  return TRANSFERS[transfer] ?? decodeSrgb;
}

/** Returns the primaries and the curve of code points. Defaults to sRGB for unknown code points. */
export const selectColors = (points: CodePoints): [Primaries, TransferFunction] => [
  PRIMARIES[points.primaries] ?? SRGB_PRIMARIES,
  selectTransfer(points),
];

export const PQ = 16;
export const HLG = 18;

/** Returns whether colors can exceed white (PQ or HLG) and need tone mapping (`hdr-profile.ts`). */
export const isHighDynamicRange = ({ transfer }: CodePoints): boolean =>
  transfer === PQ || transfer === HLG;
