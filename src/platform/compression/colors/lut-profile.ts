import { selectColors, SRGB_PRIMARIES } from './coding-points.js';
import {
  descriptionTag,
  type Primaries,
  serializeProfile,
  rgbProfile,
  xyzTag,
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
  /** Primaries of the colors that `colorOf` returns. */
  primaries?: Primaries;
  /** Color of samples of 0 to 1: red, green and blue of 0 to 1, with the curve of sRGB. */
  colorOf: (samples: number[]) => Rgb;
}

/** An ICC profile that maps samples to colors by a lookup table. */
export const lutProfile = (lut: LutProfile): Buffer =>
  serializeProfile(lut.space, 'scnr', [
    ['desc', descriptionTag(lut.name)],
    ['wtpt', xyzTag([0.9642, 1, 0.8249])],
    ['A2B0', samplesToXyz(lut)],
  ]);

/** lutAToBType (ICC.1:2022, 10.12): curves A, table, curves M, matrix, curves B. */
function samplesToXyz(lut: LutProfile): Buffer {
  const identity = linearCurve();
  // Parametric curve, type 3: the curve of IEC 61966-2-1.
  const parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
  const srgb = Buffer.alloc(12 + 4 * parameters.length);
  srgb.write('para', 0, 'latin1');
  srgb.writeUInt16BE(3, 8);
  parameters.forEach((value, i) => srgb.writeInt32BE(Math.round(value * 0x10000), 12 + 4 * i));
  const inputs = Buffer.concat(Array<Buffer>(lut.channels).fill(identity));
  const light = Buffer.concat([srgb, srgb, srgb]);
  const outputs = Buffer.concat([identity, identity, identity]);
  const matrix = matrixToXyz(lut.primaries ?? SRGB_PRIMARIES);
  const parts = [outputs, matrix, light, colorTable(lut), inputs];
  const head = Buffer.alloc(32);
  head.write('mAB ', 0, 'latin1');
  head[8] = lut.channels;
  head[9] = 3;
  let at = head.length;
  for (const [i, part] of parts.entries()) {
    head.writeUInt32BE(at, 12 + 4 * i);
    at += part.length;
  }
  return Buffer.concat([head, ...parts]);
}

/** A curve without values is linear. */
function linearCurve(): Buffer {
  const curve = Buffer.alloc(12);
  curve.write('curv', 0, 'latin1');
  return curve;
}

function colorTable({ channels, gridPoints, colorOf }: LutProfile): Buffer {
  const head = Buffer.alloc(20);
  head.fill(gridPoints, 0, channels);
  head[16] = 2;
  const entries = gridPoints ** channels;
  const values = Buffer.alloc(entries * 3 * 2);
  const positions = Array.from({ length: channels }, (_, i) => channels - 1 - i);
  let at = 0;
  for (let index = 0; index < entries; index++) {
    const samples = positions.map(
      (i) => (Math.floor(index / gridPoints ** i) % gridPoints) / (gridPoints - 1),
    );
    for (const value of colorOf(samples)) at = values.writeUInt16BE(Math.round(value * 0xffff), at);
  }
  return Buffer.concat([head, values, Buffer.alloc(-(head.length + values.length) & 3)]);
}

/** Maps linear light of the primaries to XYZ, encoded as a share of 1 + 32767/32768. */
function matrixToXyz(primaries: Primaries): Buffer {
  const rgb = rgbProfile(primaries, selectColors({ primaries: 1, transfer: 13 })[1])!;
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((signature) => {
    const entry = rgb.indexOf(signature, 128, 'latin1');
    const start = rgb.readUInt32BE(entry + 4) + 8;
    return [0, 4, 8].map((at) => rgb.readInt32BE(start + at));
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
