import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { stripJpeg } from './strip-jpeg.js';

describe('stripJpeg()', () => {
  it('stripJpeg() keeps only the image data, and returns undefined above the maximum size', async () => {
    const plainJpeg = await photograph(64, 48).jpeg().toBuffer();
    const jpegWithExif = await photograph(64, 48)
      .jpeg()
      .withExif({ IFD0: { Copyright: 'me' } })
      .toBuffer();
    expect(jpegWithExif.length).toBeGreaterThan(plainJpeg.length);
    expect(stripJpeg(jpegWithExif, undefined, plainJpeg.length)).toEqual(plainJpeg);
    expect(stripJpeg(jpegWithExif, undefined, plainJpeg.length - 3)).toBeUndefined();
    expect(stripJpeg(jpegWithExif.subarray(0, -1), undefined, Infinity)).toBeUndefined();
  });

  // Searching for the end of the image at each scan would take minutes.
  it('stripJpeg() strips a JPEG with 100,000 scans', async () => {
    const jpeg = await photograph(64, 48).jpeg().toBuffer();
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    const scans = Array.from({ length: 100_000 }, () => scan);
    const jpegWithManyScans = Buffer.concat([jpeg.subarray(0, -2), ...scans, jpeg.subarray(-2)]);
    expect(
      stripJpeg(jpegWithManyScans, undefined, jpegWithManyScans.length)!.equals(jpegWithManyScans),
    ).toBe(true);
  });
});
