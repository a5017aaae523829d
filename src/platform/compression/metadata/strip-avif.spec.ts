import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { readAvifMeta } from '../avif/avif-items.js';
import { stripAvif } from './strip-avif.js';

const ARTIST = 'Mia Kiln';

/** Returns an AVIF with EXIF, and the position of the length of its EXIF data in `iloc`. */
async function createAvifWithExif(): Promise<{ avif: Buffer; lengthOffset: number }> {
  const avif = await photograph(64, 48)
    .avif({ quality: 40 })
    .withExif({ IFD0: { Artist: ARTIST } })
    .toBuffer();
  const exif = readAvifMeta(avif)!.items.find(({ type }) => type === 'Exif')!;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(exif.extents[0].length);
  const lengthOffset = avif.indexOf(length, exif.location!.start);
  expect(lengthOffset).toBeLessThan(exif.location!.end);
  return { avif, lengthOffset };
}

describe('stripAvif()', () => {
  it('stripAvif() removes EXIF whose declared length exceeds the file', async () => {
    const { avif, lengthOffset } = await createAvifWithExif();
    avif.writeUInt32BE(avif.length * 2, lengthOffset);
    const stripped = stripAvif(avif);
    expect(stripped?.length).toBe(avif.length);
    expect(stripped?.includes(ARTIST)).toBe(false);
  });

  it('stripAvif() returns undefined for a file that declares fewer items than it contains', async () => {
    const { avif } = await createAvifWithExif();
    const info = readAvifMeta(avif)!.boxes.find(({ type }) => type === 'iinf')!;
    avif.writeUInt16BE(0, info.contentStart + 4);
    expect(stripAvif(avif)).toBeUndefined();
  });
});
