import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { isSrgbProfile } from './color-profile.js';
import { createDescriptionTag, serializeProfile, createXyzTag } from './icc-profile.js';

async function readProfile(name: string): Promise<Buffer | undefined> {
  const jpeg = await photograph(8, 8).jpeg().withIccProfile(name).toBuffer();
  return (await sharp(jpeg).metadata()).icc;
}

const SRGB_COLORANTS = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
];
const P3_COLORANTS = [
  [0.5151, 0.2412, -0.0011],
  [0.292, 0.6922, 0.0419],
  [0.1571, 0.0666, 0.7841],
];

/** Creates a profile with a name, one curve for all channels, and RGB primaries. */
function createProfile(
  space: 'RGB ' | 'GRAY',
  name: string,
  curve: Buffer,
  colorants = SRGB_COLORANTS,
): Buffer {
  const colors = colorants.flatMap((xyz, i): [string, Buffer][] => [
    [`${'rgb'[i]}XYZ`, createXyzTag(xyz)],
    [`${'rgb'[i]}TRC`, curve],
  ]);
  const tags: [string, Buffer][] = space === 'GRAY' ? [['kTRC', curve]] : colors;
  return serializeProfile(space, 'mntr', [['desc', createDescriptionTag(name)], ...tags]);
}

function createTableCurve(...values: number[]): Buffer {
  const curve = Buffer.alloc(12 + 2 * values.length);
  curve.write('curv');
  curve.writeUInt32BE(values.length, 8);
  values.forEach((value, i) => curve.writeUInt16BE(value, 12 + 2 * i));
  return curve;
}

function createParametricCurve(type: number, ...numbers: number[]): Buffer {
  const curve = Buffer.alloc(12 + 4 * numbers.length);
  curve.write('para');
  curve.writeUInt16BE(type, 8);
  numbers.forEach((value, i) => curve.writeInt32BE(Math.round(value * 0x10000), 12 + 4 * i));
  return curve;
}

const createGammaCurve = (exponent: number) => createTableCurve(Math.round(exponent * 256));
const SRGB_CURVE = createParametricCurve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

describe('isSrgbProfile()', () => {
  it.each([
    ['the curve of sRGB', SRGB_CURVE],
    ['a gamma of 2.2', createGammaCurve(2.2)],
    ['a parametric gamma of 2.2', createParametricCurve(0, 2.2)],
    ['a table', createTableCurve(0, 3336, 14_027, 34_242, 65_535)],
  ])('isSrgbProfile() recognizes %s as sRGB', (_, curve) => {
    expect(isSrgbProfile(createProfile('RGB ', 'sRGB', curve))).toBe(true);
    expect(isSrgbProfile(createProfile('GRAY', 'Gray', curve))).toBe(true);
    expect(isSrgbProfile(createProfile('RGB ', 'Display', curve))).toBe(true);
    expect(isSrgbProfile(createProfile('RGB ', 'sRGB', curve, P3_COLORANTS))).toBe(false);
  });

  it.each([
    ['a linear curve', createTableCurve()],
    ['a linear gamma curve', createGammaCurve(1)],
    ['a gamma of 1.75', createGammaCurve(1.75)],
    [
      'the curve of Rec. 709',
      createParametricCurve(3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081),
    ],
    ['a truncated curve', createTableCurve(0, 1, 2).subarray(0, 13)],
    ['a curve of an unknown type', Buffer.from('text\0\0\0\0\0\0\0\0\0\0\0\0')],
  ])('isSrgbProfile() rejects a profile named sRGB with %s', (_, curve) => {
    expect(isSrgbProfile(createProfile('RGB ', 'Linear sRGB', curve))).toBe(false);
    expect(isSrgbProfile(createProfile('GRAY', 'Gray', curve))).toBe(false);
  });

  it('isSrgbProfile() recognizes the libvips sRGB profile by its curves and primaries', async () => {
    expect(isSrgbProfile(await readProfile('srgb'))).toBe(true);
  });

  it('isSrgbProfile() treats an image without a profile as sRGB, as browsers do', () => {
    expect(isSrgbProfile(undefined)).toBe(true);
  });

  it.each(['p3', 'cmyk'])('isSrgbProfile() does not recognize %s as sRGB', async (name) => {
    const icc = await readProfile(name);
    expect(icc?.length).toBeGreaterThan(132);
    expect(isSrgbProfile(icc)).toBe(false);
  });

  it('isSrgbProfile() does not recognize damaged profiles as sRGB', async () => {
    expect(isSrgbProfile(Buffer.alloc(0))).toBe(false);
    expect(isSrgbProfile(Buffer.alloc(200, 0xff))).toBe(false);
    expect(isSrgbProfile((await readProfile('srgb'))?.subarray(0, 140))).toBe(false);
  });
});
