import { colorsOf, SRGB_PRIMARIES } from './coding-points.js';
import { description, profileOf, rgbProfile, xyzTag } from './icc-profile.js';

/** Steps of each ink in the table; between them colors are interpolated, at most 0.4 % off. */
const GRID = 9;
const INKS = 4;

let profile: Buffer | undefined;

/**
 * CMYK as browsers show it without a profile: each of red, green and blue is what its ink and black leave,
 * (1 - ink) (1 - black), in sRGB.
 */
export function naiveCmykProfile(): Buffer {
  profile ??= profileOf('CMYK', 'scnr', [
    ['desc', description('CMYK by subtraction')],
    ['wtpt', xyzTag([0.9642, 1, 0.8249])],
    ['A2B0', inksToXyz()],
  ]);
  return profile;
}

/** lutAToBType (10.12): curves A, table, curves M, matrix, curves B. */
function inksToXyz(): Buffer {
  const identity = curve(Buffer.alloc(0));
  const table = colorTable();
  // Parametric curve, type 3: that of IEC 61966-2-1.
  const parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
  const srgb = Buffer.alloc(12 + 4 * parameters.length);
  srgb.write('para', 0, 'latin1');
  srgb.writeUInt16BE(3, 8);
  parameters.forEach((value, i) => srgb.writeInt32BE(Math.round(value * 0x10000), 12 + 4 * i));
  const inks = Buffer.concat(Array<Buffer>(INKS).fill(identity));
  const light = Buffer.concat([srgb, srgb, srgb]);
  const parts = [Buffer.concat([identity, identity, identity]), matrix(), light, table, inks];
  const head = Buffer.alloc(32);
  head.write('mAB ', 0, 'latin1');
  head[8] = INKS;
  head[9] = 3;
  let at = head.length;
  for (const [i, part] of parts.entries()) {
    head.writeUInt32BE(at, 12 + 4 * i);
    at += part.length;
  }
  return Buffer.concat([head, ...parts]);
}

/** Without values it is linear. */
function curve(values: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write('curv', 0, 'latin1');
  head.writeUInt32BE(values.length / 2, 8);
  return Buffer.concat([head, values]);
}

function colorTable(): Buffer {
  const head = Buffer.alloc(20);
  head.fill(GRID, 0, INKS);
  head[16] = 2;
  const values = Buffer.alloc(GRID ** INKS * 3 * 2);
  let at = 0;
  for (let index = 0; index < GRID ** INKS; index++) {
    const inks = [3, 2, 1, 0].map((i) => (Math.floor(index / GRID ** i) % GRID) / (GRID - 1));
    for (const ink of inks.slice(0, 3)) {
      at = values.writeUInt16BE(Math.round((1 - ink) * (1 - inks[3]) * 0xffff), at);
    }
  }
  return Buffer.concat([head, values, Buffer.alloc(-(head.length + values.length) & 3)]);
}

/** Linear sRGB to XYZ; XYZ is encoded as a share of 1 + 32767/32768. */
function matrix(): Buffer {
  const rgb = rgbProfile(SRGB_PRIMARIES, colorsOf({ primaries: 1, transfer: 13 })[1])!;
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
