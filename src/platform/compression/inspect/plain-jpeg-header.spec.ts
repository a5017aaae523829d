import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspectImage } from './inspect-image.js';
import { plainJpegHeader } from './plain-jpeg-header.js';

const drawImage = () =>
  sharp({ create: { width: 31, height: 17, channels: 3, background: '#28a' } }).jpeg();

/** Reads the header with the library, which an EXIF segment makes necessary. */
async function readByLibrary(jpeg: Buffer) {
  const exif = Buffer.from('ffe10008457869660000', 'hex');
  const withExif = Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
  expect(plainJpegHeader(withExif)).toBeUndefined();
  return inspectImage(withExif, 'jpeg', { maxPixels: 1e6, maxFrames: 1 });
}

describe('plainJpegHeader()', () => {
  it.each([
    ['baseline', () => drawImage()],
    ['progressive', () => drawImage().jpeg({ progressive: true })],
    ['gray', () => drawImage().toColourspace('b-w')],
    ['of full color', () => drawImage().jpeg({ chromaSubsampling: '4:4:4' })],
  ])('plainJpegHeader() returns the same values as sharp: %s', async (_, make) => {
    const jpeg = await make().toBuffer();
    const header = plainJpegHeader(jpeg);
    expect(header).toMatchObject({ width: 31, height: 17 });
    expect(await readByLibrary(jpeg)).toEqual(header);
  });

  it.each([
    ['with EXIF', () => drawImage().withMetadata({ orientation: 6 })],
    ['with a profile', () => drawImage().withIccProfile('p3')],
    ['in CMYK', () => drawImage().toColourspace('cmyk')],
  ])('plainJpegHeader() returns undefined %s', async (_, make) => {
    expect(plainJpegHeader(await make().toBuffer())).toBeUndefined();
  });

  it('plainJpegHeader() returns undefined for a truncated file', async () => {
    const jpeg = await drawImage().toBuffer();
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    for (let length = 0; length < scan + 4; length++) {
      expect(plainJpegHeader(jpeg.subarray(0, length))).toBeUndefined();
    }
  });

  it('plainJpegHeader() applies the limits', async () => {
    const inspected = inspectImage(await drawImage().toBuffer(), 'jpeg', {
      maxPixels: 31 * 17 - 1,
      maxFrames: 1,
    });
    await expect(inspected).rejects.toMatchObject({ code: 'image_too_many_pixels' });
  });
});
