import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/pictures.js';
import { isSrgbProfile } from './color-profile.js';

async function profile(name: string): Promise<Buffer | undefined> {
  const jpeg = await photograph(8, 8).jpeg().withIccProfile(name).toBuffer();
  return (await sharp(jpeg).metadata()).icc;
}

/** The least that can be judged: a description and the curve of its reds, or of its grays. */
function madeUp(space: 'RGB ' | 'GRAY', description: string, curve: Buffer): Buffer {
  const desc = Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\0'), Buffer.from(description)]);
  const head = Buffer.alloc(132 + 2 * 12);
  head.write(space, 16);
  head.writeUInt32BE(2, 128);
  head.write('desc', 132);
  head.writeUInt32BE(head.length, 136);
  head.writeUInt32BE(desc.length, 140);
  head.write(space === 'GRAY' ? 'kTRC' : 'rTRC', 144);
  head.writeUInt32BE(head.length + desc.length, 148);
  head.writeUInt32BE(curve.length, 152);
  return Buffer.concat([head, desc, curve]);
}

function table(...values: number[]): Buffer {
  const curve = Buffer.alloc(12 + 2 * values.length);
  curve.write('curv');
  curve.writeUInt32BE(values.length, 8);
  values.forEach((value, i) => curve.writeUInt16BE(value, 12 + 2 * i));
  return curve;
}

function parametric(type: number, ...numbers: number[]): Buffer {
  const curve = Buffer.alloc(12 + 4 * numbers.length);
  curve.write('para');
  curve.writeUInt16BE(type, 8);
  numbers.forEach((value, i) => curve.writeInt32BE(Math.round(value * 0x10000), 12 + 4 * i));
  return curve;
}

const gamma = (exponent: number) => table(Math.round(exponent * 256));
const SRGB_CURVE = parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

describe('isSrgbProfile', () => {
  it.each([
    ['the curve of sRGB', SRGB_CURVE],
    ['a gamma of 2.2', gamma(2.2)],
    ['a gamma of 2.2 as a function', parametric(0, 2.2)],
    ['a table', table(0, 3000, 14_027, 35_000, 65_535)],
  ])('takes %s for one of sRGB', (_, curve) => {
    expect(isSrgbProfile(madeUp('RGB ', 'sRGB', curve))).toBe(true);
    expect(isSrgbProfile(madeUp('GRAY', 'Gray', curve))).toBe(true);
    expect(isSrgbProfile(madeUp('RGB ', 'Display P3', curve))).toBe(false);
  });

  it.each([
    ['linear', table()],
    ['linear, as a gamma', gamma(1)],
    ['of a gamma of 1.75', gamma(1.75)],
    ['of Rec. 709', parametric(3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)],
    ['cut off', table(0, 1, 2).subarray(0, 13)],
    ['of another kind', Buffer.from('text\0\0\0\0\0\0\0\0\0\0\0\0')],
  ])('knows that a curve that is %s is something else, whatever its name', (_, curve) => {
    expect(isSrgbProfile(madeUp('RGB ', 'Linear sRGB', curve))).toBe(false);
    expect(isSrgbProfile(madeUp('GRAY', 'Gray', curve))).toBe(false);
  });

  it('knows sRGB by its description', async () => {
    expect(isSrgbProfile(await profile('srgb'))).toBe(true);
  });

  it('takes no profile as sRGB, as browsers do', () => {
    expect(isSrgbProfile(undefined)).toBe(true);
  });

  it.each(['p3', 'cmyk'])('knows that %s is something else', async (name) => {
    const icc = await profile(name);
    expect(icc?.length).toBeGreaterThan(132);
    expect(isSrgbProfile(icc)).toBe(false);
  });

  it('takes damaged profiles as something else', async () => {
    expect(isSrgbProfile(Buffer.alloc(0))).toBe(false);
    expect(isSrgbProfile(Buffer.alloc(200, 0xff))).toBe(false);
    expect(isSrgbProfile((await profile('srgb'))?.subarray(0, 140))).toBe(false);
  });
});
