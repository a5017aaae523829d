import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';

/** An image of 64 x 48 pixels with four gray stripes, written by avifenc with `--yuv 400 --range limited`. */
const LIMITED_RANGE_AVIF = Buffer.from(
  'AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAPBtZXRhAAAAAAAAAChoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAbGli' +
    'YXZpZgAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEUAAAALAAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAA' +
    'AAEAAGF2MDFDb2xvcgAAAABoaXBycAAAAElpcGNvAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAc' +
    'AAAAABNjb2xybmNseAABAA0ABgAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAADRtZGF0EgAKCRgVf72GAhoMQDIdEoAIIQDZio9u' +
    'maB6c8Oxj5v9JmUzoL0LqgmLsdQ=',
  'base64',
);
const EXPECTED_GRAYS = [0, 60, 160, 255];
/** The same samples without conversion. */
const STORED_GRAYS = [16, 68, 153, 235];
const STRIPE_CENTERS = [8, 24, 40, 56];

async function readGrays(bytes: Buffer): Promise<number[]> {
  const image = sharp(bytes).toColourspace('srgb').removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return STRIPE_CENTERS.map((x) => data[(24 * info.width + x) * info.channels]);
}

const computeMaxDifference = (a: number[], b: number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])));

describe('compressImage() with a monochrome AVIF', () => {
  const avifWithoutNclx = Buffer.from(LIMITED_RANGE_AVIF);
  avifWithoutNclx.write('free', avifWithoutNclx.indexOf('colrnclx'), 'latin1');
  const fullRangeAvif = Buffer.from(LIMITED_RANGE_AVIF);
  fullRangeAvif[fullRangeAvif.indexOf('nclx') + 10] |= 0x80;

  describe.each(['original', 'jpeg', 'webp', 'png'] as const)('format=%s', (format) => {
    it.each([
      ['converts the limited range that nclx signals', LIMITED_RANGE_AVIF, EXPECTED_GRAYS],
      [
        'converts the limited range that only the AV1 data signals',
        avifWithoutNclx,
        EXPECTED_GRAYS,
      ],
      ['keeps the full range', fullRangeAvif, STORED_GRAYS],
    ])(
      `compressImage() %s of a monochrome AVIF with format=${format}`,
      async (_, input, expected) => {
        const { output } = await compress(input, { format, quality: 90 });
        expect(computeMaxDifference(await readGrays(output), expected)).toBeLessThanOrEqual(4);
      },
    );
  });
});
