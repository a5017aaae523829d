import { selectColors, SRGB_PRIMARIES } from './code-points.js';
import {
  createDescriptionTag,
  type Primaries,
  serializeProfile,
  createRgbProfile,
  createXyzTag,
} from './icc-profile.js';

type Rgb = readonly [number, number, number];

export interface LutProfile {
  name: string;
  /** ICC signature of the color space of the samples, four characters. */
  space: 'RGB ' | 'CMYK';
  /** Samples per pixel. */
  channels: number;
  /** Grid points per channel. Colors between them are interpolated. */
  gridPoints: number;
  /** Primaries of the colors that `getColor` returns. */
  primaries?: Primaries;
  /** Returns the color of samples from 0 to 1: red, green and blue from 0 to 1, with the sRGB curve. */
  getColor: (samples: number[]) => Rgb;
}

/** Creates an ICC profile that maps samples to colors with a lookup table. */
export const createLutProfile = (lut: LutProfile): Buffer =>
  serializeProfile(lut.space, 'scnr', [
    ['desc', createDescriptionTag(lut.name)],
    ['wtpt', createXyzTag([0.9642, 1, 0.8249])],
    ['A2B0', createLookupTag(lut)],
  ]);

/** Creates a lutAToBType tag (ICC.1:2022, 10.12): A curves, lookup table, M curves, matrix, B curves. */
function createLookupTag(lut: LutProfile): Buffer {
  const identity = createLinearCurve();
  // Parametric curve, type 3: the curve of IEC 61966-2-1.
  const parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
  const srgb = Buffer.alloc(12 + 4 * parameters.length);
  srgb.write('para', 0, 'latin1');
  srgb.writeUInt16BE(3, 8);
  parameters.forEach((value, i) => srgb.writeInt32BE(Math.round(value * 0x10000), 12 + 4 * i));
  const aCurves = Buffer.concat(Array<Buffer>(lut.channels).fill(identity));
  const mCurves = Buffer.concat([srgb, srgb, srgb]);
  const bCurves = Buffer.concat([identity, identity, identity]);
  const matrix = createXyzMatrix(lut.primaries ?? SRGB_PRIMARIES);
  const parts = [bCurves, matrix, mCurves, createColorTable(lut), aCurves];
  const header = Buffer.alloc(32);
  header.write('mAB ', 0, 'latin1');
  header[8] = lut.channels;
  header[9] = 3;
  let offset = header.length;
  for (const [i, part] of parts.entries()) {
    header.writeUInt32BE(offset, 12 + 4 * i);
    offset += part.length;
  }
  return Buffer.concat([header, ...parts]);
}

/** Creates a linear curve, which has no values. */
function createLinearCurve(): Buffer {
  const curve = Buffer.alloc(12);
  curve.write('curv', 0, 'latin1');
  return curve;
}

function createColorTable({ channels, gridPoints, getColor }: LutProfile): Buffer {
  const header = Buffer.alloc(20);
  header.fill(gridPoints, 0, channels);
  header[16] = 2;
  const entryCount = gridPoints ** channels;
  const values = Buffer.alloc(entryCount * 3 * 2);
  const exponents = Array.from({ length: channels }, (_, i) => channels - 1 - i);
  let offset = 0;
  for (let index = 0; index < entryCount; index++) {
    const samples = exponents.map(
      (exponent) => (Math.floor(index / gridPoints ** exponent) % gridPoints) / (gridPoints - 1),
    );
    for (const value of getColor(samples))
      offset = values.writeUInt16BE(Math.round(value * 0xffff), offset);
  }
  return Buffer.concat([header, values, Buffer.alloc(-(header.length + values.length) & 3)]);
}

/** Maps linear light of the primaries to XYZ, encoded as a share of 1 + 32767/32768. */
function createXyzMatrix(primaries: Primaries): Buffer {
  const rgb = createRgbProfile(primaries, selectColors({ primaries: 1, transfer: 13 })[1])!;
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((signature) => {
    const entry = rgb.indexOf(signature, 128, 'latin1');
    const start = rgb.readUInt32BE(entry + 4) + 8;
    return [0, 4, 8].map((offset) => rgb.readInt32BE(start + offset));
  });
  const scale = 0x8000 / 0xffff;
  const body = Buffer.alloc(48);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      body.writeInt32BE(Math.round(columns[column][row] * scale), 4 * (3 * row + column));
    }
  }
  return body;
}
