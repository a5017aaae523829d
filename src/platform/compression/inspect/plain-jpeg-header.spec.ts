import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspectImage } from './inspect-image.js';
import { readPlainJpegHeader } from './plain-jpeg-header.js';

const drawImage = () =>
  sharp({ create: { width: 31, height: 17, channels: 3, background: '#28a' } }).jpeg();

/** Adds an EXIF segment to force reading the header with sharp. */
async function readWithSharp(jpeg: Buffer) {
  const exif = Buffer.from('ffe10008457869660000', 'hex');
  const jpegWithExif = Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
  expect(readPlainJpegHeader(jpegWithExif)).toBeUndefined();
  return inspectImage(jpegWithExif, 'jpeg', { maxPixels: 1e6, maxFrames: 1 });
}

describe('readPlainJpegHeader()', () => {
  it.each([
    ['baseline', () => drawImage()],
    ['progressive', () => drawImage().jpeg({ progressive: true })],
    ['gray', () => drawImage().toColourspace('b-w')],
    ['4:4:4', () => drawImage().jpeg({ chromaSubsampling: '4:4:4' })],
  ])(
    'readPlainJpegHeader() returns the same values as sharp for a %s JPEG',
    async (_, createImage) => {
      const jpeg = await createImage().toBuffer();
      const header = readPlainJpegHeader(jpeg);
      expect(header).toMatchObject({ width: 31, height: 17 });
      expect(await readWithSharp(jpeg)).toEqual(header);
    },
  );

  it.each([
    ['with EXIF', () => drawImage().withMetadata({ orientation: 6 })],
    ['with a profile', () => drawImage().withIccProfile('p3')],
    ['in CMYK', () => drawImage().toColourspace('cmyk')],
  ])('readPlainJpegHeader() returns undefined for a JPEG %s', async (_, createImage) => {
    expect(readPlainJpegHeader(await createImage().toBuffer())).toBeUndefined();
  });

  it('readPlainJpegHeader() returns undefined for a truncated file', async () => {
    const jpeg = await drawImage().toBuffer();
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    for (let length = 0; length < scan + 4; length++) {
      expect(readPlainJpegHeader(jpeg.subarray(0, length))).toBeUndefined();
    }
  });

  it('inspectImage() applies the pixel limit to a plain JPEG', async () => {
    const result = inspectImage(await drawImage().toBuffer(), 'jpeg', {
      maxPixels: 31 * 17 - 1,
      maxFrames: 1,
    });
    await expect(result).rejects.toMatchObject({ code: 'image_too_many_pixels' });
  });
});
