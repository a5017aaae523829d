import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photograph } from '../../../test/support/pictures.js';
import { isSrgbProfile } from './colour-profile.js';

async function profile(name: string): Promise<Buffer | undefined> {
  const jpeg = await photograph(8, 8).jpeg().withIccProfile(name).toBuffer();
  return (await sharp(jpeg).metadata()).icc;
}

describe('isSrgbProfile', () => {
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
