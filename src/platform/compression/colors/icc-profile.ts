import {
  invertMatrix,
  type Matrix,
  multiplyVector,
  transposeMatrix,
  type Vector,
} from './matrix.js';

/** Builders of ICC profiles (ICC.1:2022), for sources that describe their colors differently. */

/** CIE 1931 chromaticity. */
export interface Chromaticity {
  x: number;
  y: number;
}

export interface Primaries {
  white: Chromaticity;
  red: Chromaticity;
  green: Chromaticity;
  blue: Chromaticity;
}

/** Converts an encoded sample (0 to 1) to linear light (0 to 1). */
export type TransferFunction = (sample: number) => number;

/** The white point of ICC profiles. */
const D50: Vector = [0.9642, 1, 0.8249];
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const CURVE_SAMPLES = 4096;
const HEADER_BYTES = 128;

/**
 * Builds a matrix/TRC profile: three primaries and one tone curve.
 *
 * @returns undefined if the primaries do not span a color space
 */
export function createRgbProfile(
  primaries: Primaries,
  transfer: TransferFunction,
): Buffer | undefined {
  const colorants = adaptColorants(primaries);
  if (!colorants?.flat().every(Number.isFinite)) return undefined;
  const [red, green, blue] = colorants;
  const curve = createCurveTag(transfer);
  return serializeProfile('RGB ', 'mntr', [
    ['desc', createDescriptionTag('Source colors')],
    ['wtpt', createXyzTag(D50)],
    ['rXYZ', createXyzTag(red)],
    ['gXYZ', createXyzTag(green)],
    ['bXYZ', createXyzTag(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]);
}

export function createGrayProfile(transfer: TransferFunction): Buffer {
  return serializeProfile('GRAY', 'mntr', [
    ['desc', createDescriptionTag('Source grays')],
    ['wtpt', createXyzTag(D50)],
    ['kTRC', createCurveTag(transfer)],
  ]);
}

/** Serializes a profile with these tags. Identical tag data is written once. */
export function serializeProfile(
  space: string,
  deviceClass: string,
  tags: [string, Buffer][],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  // A version 4 perceptual transform would raise black to the black point of its reference medium.
  // Therefore, the profile has version 2.
  header.writeUInt32BE(0x02400000, 8);
  header.write(deviceClass, 12, 'latin1');
  header.write(space, 16, 'latin1');
  header.write('XYZ ', 20, 'latin1');
  header.write('acsp', 36, 'latin1');
  D50.forEach((value, i) => header.writeInt32BE(toFixedPoint(value), 68 + 4 * i));
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const positions = new Map<Buffer, number>();
  const bodies: Buffer[] = [];
  let offset = HEADER_BYTES + table.length;
  for (const [i, [signature, body]] of tags.entries()) {
    let position = positions.get(body);
    if (position === undefined) {
      positions.set(body, (position = offset));
      bodies.push(body, Buffer.alloc(-body.length & 3));
      offset += body.length + (-body.length & 3);
    }
    table.write(signature, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(position, 8 + 12 * i);
    table.writeUInt32BE(body.length, 12 + 12 * i);
  }
  const profile = Buffer.concat([header, table, ...bodies]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

export function createDescriptionTag(text: string): Buffer {
  const utf16 = Buffer.from(text, 'utf16le').swap16();
  const header = Buffer.alloc(28);
  header.write('mluc', 0, 'latin1');
  header.writeUInt32BE(1, 8);
  header.writeUInt32BE(12, 12);
  header.write('enUS', 16, 'latin1');
  header.writeUInt32BE(utf16.length, 20);
  header.writeUInt32BE(28, 24);
  return Buffer.concat([header, utf16]);
}

export function createXyzTag(vector: readonly number[]): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ', 0, 'latin1');
  vector.forEach((value, i) => tag.writeInt32BE(toFixedPoint(value), 8 + 4 * i));
  return tag;
}

export function createCurveTag(transfer: TransferFunction): Buffer {
  const tag = Buffer.alloc(12 + 2 * CURVE_SAMPLES);
  tag.write('curv', 0, 'latin1');
  tag.writeUInt32BE(CURVE_SAMPLES, 8);
  for (let i = 0; i < CURVE_SAMPLES; i++) {
    const light = Math.min(1, Math.max(0, transfer(i / (CURVE_SAMPLES - 1))));
    tag.writeUInt16BE(Math.round(light * 0xffff), 12 + 2 * i);
  }
  return tag;
}

const toFixedPoint = (value: number): number => Math.round(value * 0x10000);

/** Returns the XYZ of each primary, adapted to D50 (Bradford). */
function adaptColorants(primaries: Primaries): Vector[] | undefined {
  const columns = computeRgbToXyz(primaries);
  const fromBradford = invertMatrix(BRADFORD);
  if (!columns || !fromBradford) return undefined;
  const [sourceWhite, targetWhite] = [
    multiplyVector(BRADFORD, toXyz(primaries.white)),
    multiplyVector(BRADFORD, D50),
  ];
  return transposeMatrix(columns).map((vector) => {
    const [l, m, s] = multiplyVector(BRADFORD, vector);
    return multiplyVector(fromBradford, [
      (l * targetWhite[0]) / sourceWhite[0],
      (m * targetWhite[1]) / sourceWhite[1],
      (s * targetWhite[2]) / sourceWhite[2],
    ]);
  });
}

/**
 * Returns the matrix from linear red, green and blue to XYZ. Its second row contains their luminances.
 * @returns undefined if the primaries do not span a color space
 */
export function computeRgbToXyz({ white, red, green, blue }: Primaries): Matrix | undefined {
  const columns = transposeMatrix([toXyz(red), toXyz(green), toXyz(blue)]);
  const inverse = invertMatrix(columns);
  if (!inverse) return undefined;
  const amounts = multiplyVector(inverse, toXyz(white));
  const scaleColumn = ([r, g, b]: Vector): Vector => [
    r * amounts[0],
    g * amounts[1],
    b * amounts[2],
  ];
  return [scaleColumn(columns[0]), scaleColumn(columns[1]), scaleColumn(columns[2])];
}

const toXyz = ({ x, y }: Chromaticity): Vector => [x / y, 1, (1 - x - y) / y];
