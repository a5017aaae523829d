import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';

/**
 * An image of 32 x 16 pixels: opaque red beside transparent blue. Only its color is rotated by 90 degrees. Written
 * by avifenc 0.11 with `--irot 1`.
 */
const ROTATED_COLOR_AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAGXbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp' +
    'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAsaWxvYwAAAABEAAACAAEAAAABAAAB1wAAACsAAgAAAAEAAAG/AAAAGAAAAEJpaW5mAAAAAAAC' +
    'AAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAAaaW5mZQIAAAAAAgAAYXYwMUFscGhhAAAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQAB' +
    'AAAAzWlwcnAAAACmaXBjbwAAABRpc3BlAAAAAAAAACAAAAAQAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAAB' +
    'AA0ABoAAAAAJaXJvdAEAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAcAAAAADhhdXhDAAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVt' +
    'czphdXhpbGlhcnk6YWxwaGEAAAAAH2lwbWEAAAAAAAAAAgABBQECgwSFAAIEAQaHCAAAAEttZGF0EgAKBRgQ/+wqMg0QAKMg/IonWb2l' +
    'ueQhEgAKCDgQ/+wgIaDSMh0VAAQQQQQAtRt4IIDeT4FqSM09pJqKerC6NQjdwA==',
  'base64',
);

/** An image of 32 x 16 pixels: red beside blue, cropped to the red half. Written by avifenc with `--crop 0,0,16,16`. */
const CROPPED_AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAEbbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp' +
    'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABQwAAACsAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAAB' +
    'AABhdjAxQ29sb3IAAAAAk2lwcnAAAABzaXBjbwAAABRpc3BlAAAAAAAAACAAAAAQAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAA' +
    'ABNjb2xybmNseAABAA0ABoAAAAAoY2xhcAAAABAAAAABAAAAEAAAAAH////4AAAAAQAAAAAAAAABAAAAGGlwbWEAAAAAAAAAAQABBQEC' +
    'gwSFAAAAM21kYXQSAAoIOBD/7CAhoNIyHRUABBBBBAC1G3gggN5PgWpIzT2kmop6sLo1CN3A',
  'base64',
);

/** Position of the horizontal offset of the crop. */
const CROP_OFFSET_POSITION = CROPPED_AVIF.indexOf('clap') + 4 + 16;

/** @param offset distance of the crop center from the image center, in pixels */
function createAvifWithCrop(offset: number): Buffer {
  const avif = Buffer.from(CROPPED_AVIF);
  avif.writeInt32BE(offset, CROP_OFFSET_POSITION);
  return avif;
}

/** Decodes an image. `getPixel` returns RGBA. */
async function decodePixels(bytes: Buffer) {
  const image = sharp(bytes).toColourspace('srgb').ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const getPixel = (x: number, y: number) => [
    ...data.subarray(4 * (y * info.width + x)).subarray(0, 4),
  ];
  return { size: [info.width, info.height], getPixel };
}

const FORMATS = ['original', 'png', 'webp'] as const;

describe('compressImage() with an AVIF that rotates only its color', () => {
  it.each(FORMATS)(
    'compressImage() also rotates the alpha of an AVIF that rotates only its color, with format=%s',
    async (format) => {
      const { output } = await compress(ROTATED_COLOR_AVIF, { format, quality: 90 });
      const { size, getPixel } = await decodePixels(output);
      expect(size).toEqual([16, 32]);
      for (const x of [2, 13]) {
        expect(getPixel(x, 4)[3]).toBeLessThan(20);
        expect(getPixel(x, 28)[3]).toBeGreaterThan(235);
        expect(getPixel(x, 28)[0]).toBeGreaterThan(190);
      }
    },
  );
});

describe('compressImage() with a cropped AVIF', () => {
  it.each(FORMATS)(
    'compressImage() keeps the crop of an AVIF that begins at the top left corner with format=%s',
    async (format) => {
      const { width, height } = await compress(CROPPED_AVIF, { format });
      expect([width, height]).toEqual([16, 16]);
    },
  );

  it.each([
    ['is away from the corner', 8],
    ['is beyond the edge', 200],
  ])('compressImage() ignores the crop of an AVIF if it %s, as browsers do', async (_, offset) => {
    for (const format of FORMATS) {
      const { output, width, height } = await compress(createAvifWithCrop(offset), {
        format,
        quality: 90,
      });
      expect([width, height]).toEqual([32, 16]);
      if (format === 'original') continue;
      const { getPixel } = await decodePixels(output);
      expect(getPixel(4, 8)[0]).toBeGreaterThan(190);
      expect(getPixel(28, 8)[2]).toBeGreaterThan(190);
    }
  });
});
