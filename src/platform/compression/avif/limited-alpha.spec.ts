import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';

/**
 * A single-color image of 48 x 16 pixels, with stripes of opacity 235, 16 and 126. Written by avifenc. Its AV1 sequence
 * header signals the limited range, from 16 to 235.
 */
const EIGHT_BIT_AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAGNbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp' +
    'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAsaWxvYwAAAABEAAACAAEAAAABAAAB0wAAACEAAgAAAAEAAAG1AAAAHgAAAEJpaW5mAAAAAAAC' +
    'AAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAAaaW5mZQIAAAAAAgAAYXYwMUFscGhhAAAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQAB' +
    'AAAAw2lwcnAAAACdaXBjbwAAABRpc3BlAAAAAAAAADAAAAAQAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAAB' +
    'AA0ABoAAAAAOcGl4aQAAAAABCAAAAAxhdjFDgQAcAAAAADhhdXhDAAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVtczphdXhpbGlh' +
    'cnk6YWxwaGEAAAAAHmlwbWEAAAAAAAAAAgABBAECgwQAAgQBBYYHAAAAR21kYXQSAAoFGBTv9hEyExAA4+CH27V/2wZw46dVHbdS9EAS' +
    'AAoIOBTv9hAQ0GkyExUABBBBBACytRyXlhNLHqg4Wfo=',
  'base64',
);

/** The same image with 10 bits per sample. */
const TEN_BIT_AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAGNbWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp' +
    'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAsaWxvYwAAAABEAAACAAEAAAABAAAB1AAAACEAAgAAAAEAAAG1AAAAHwAAAEJpaW5mAAAAAAAC' +
    'AAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAAaaW5mZQIAAAAAAgAAYXYwMUFscGhhAAAAABppcmVmAAAAAAAAAA5hdXhsAAIAAQAB' +
    'AAAAw2lwcnAAAACdaXBjbwAAABRpc3BlAAAAAAAAADAAAAAQAAAAEHBpeGkAAAAAAwoKCgAAAAxhdjFDgSBAAAAAABNjb2xybmNseAAB' +
    'AA0ABoAAAAAOcGl4aQAAAAABCgAAAAxhdjFDgQBcAAAAADhhdXhDAAAAAHVybjptcGVnOm1wZWdCOmNpY3A6c3lzdGVtczphdXhpbGlh' +
    'cnk6YWxwaGEAAAAAHmlwbWEAAAAAAAAAAgABBAECgwQAAgQBBYYHAAAASG1kYXQSAAoFGBTv9jEyFBAA4+CH215JwbBmswIxVR23RTrU' +
    'EgAKCDgU7/YwENBpMhMVAAccccQAsrUc0bkTUwboO6Ii',
  'base64',
);

const STORED_OPACITIES = [235, 16, 126];
const EXPANDED_OPACITIES = [255, 0, 128];

/** Returns the opacity of each stripe. */
async function readOpacities(bytes: Buffer): Promise<number[]> {
  const image = sharp(bytes).toColourspace('srgb').ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return [8, 24, 40].map((x) => data[4 * (8 * info.width + x) + 3]);
}

describe.each([
  ['8-bit', EIGHT_BIT_AVIF],
  ['10-bit', TEN_BIT_AVIF],
])('compressImage() with an AVIF that has limited-range opacity (%s)', (bits, input) => {
  it.each(['original', 'png', 'webp'] as const)(
    `compressImage() expands the limited-range opacity of an AVIF (${bits}) with format=%s`,
    async (format) => {
      expect(await readOpacities(input)).toEqual(STORED_OPACITIES);
      const { output } = await compress(input, { format, quality: 90 });
      const opacities = await readOpacities(output);
      const errors = opacities.map((opacity, i) => Math.abs(opacity - EXPANDED_OPACITIES[i]));
      expect(Math.max(...errors)).toBeLessThanOrEqual(3);
    },
  );
});
