import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

const [SCREEN_WIDTH, SCREEN_HEIGHT, LEFT, TOP, SIDE] = [100, 80, 20, 10, 48];

/** Creates a GIF with one frame on a larger screen. */
async function createInsetGif(
  colors: number,
  edit: (gif: Buffer) => Buffer = (gif) => gif,
): Promise<Buffer> {
  const gif = await photograph(SIDE, SIDE).gif({ colors, effort: 1 }).toBuffer();
  const insetGif = Buffer.from(edit(gif));
  insetGif.writeUInt16LE(SCREEN_WIDTH, 6);
  insetGif.writeUInt16LE(SCREEN_HEIGHT, 8);
  const imageStart = insetGif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, SIDE, 0, SIDE, 0]));
  insetGif.writeUInt16LE(LEFT, imageStart + 1);
  insetGif.writeUInt16LE(TOP, imageStart + 3);
  return insetGif;
}

/** Removes the graphic control extension. */
function removeControl(gif: Buffer): Buffer {
  const offset = gif.indexOf(Buffer.from([0x21, 0xf9, 4]));
  return Buffer.concat([gif.subarray(0, offset), gif.subarray(offset + 8)]);
}

/** Reads the pixels on white, the background of most shops. */
async function readPixelsOnWhite(
  image: Buffer,
): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(image)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('compressImage() with a GIF whose frame does not cover the screen', () => {
  it.each([
    ['with few colors', 32, undefined],
    ['with many colors', 255, undefined],
    ['without a graphic control extension', 64, removeControl],
  ])(
    'compressImage() makes the area around a small frame transparent in a GIF %s',
    async (_, colors, edit) => {
      const source = await createInsetGif(colors, edit);
      const frame = await photograph(SIDE, SIDE).gif({ colors, effort: 1 }).toBuffer();
      const expectedImage = await sharp({
        create: { width: SCREEN_WIDTH, height: SCREEN_HEIGHT, channels: 3, background: '#ffffff' },
      })
        .composite([{ input: await sharp(frame).png().toBuffer(), left: LEFT, top: TOP }])
        .png()
        .toBuffer();
      const expected = await readPixelsOnWhite(expectedImage);
      for (const format of ['png', 'webp', 'jpeg'] as const) {
        const { output } = await compress(source, { format, quality: 95 });
        const result = await readPixelsOnWhite(output);
        expect([result.width, result.height]).toEqual([SCREEN_WIDTH, SCREEN_HEIGHT]);
        const sum = result.data.reduce(
          (total, value, i) => total + Math.abs(value - expected.data[i]),
          0,
        );
        expect(sum / result.data.length).toBeLessThan(6);
      }
      const { bytes, output } = await compress(source);
      expect(bytes).toBeLessThanOrEqual(source.length);
      const [left, top] = [0, 0];
      const corner = await sharp(output)
        .ensureAlpha()
        .extract({ left, top, width: 1, height: 1 })
        .raw()
        .toBuffer();
      const isKept = output.equals(source);
      expect(isKept || corner[3] === 0).toBe(true);
    },
  );
});

/** Color table: red, blue, white and black. */
const COLORS = Buffer.from('ff00000000ffffffff000000', 'hex');
const RESTORE_TO_BACKGROUND = 2;

/** Creates a single-color frame at the top left, without a transparent index. */
function createPlainFrame(color: number, side: number, disposal: number): Buffer {
  const control = Buffer.from([0x21, 0xf9, 4, disposal << 2, 10, 0, 0, 0]);
  const image = Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0, 0, 2]);
  // Codes of 3 bits: each pixel follows the code that clears the table (4). 5 ends the data.
  const codes = [...Array.from({ length: side * side }, () => [4, color]).flat(), 5];
  const bits = codes.map((code) =>
    code.toString(2).padStart(3, '0').split('').toReversed().join(''),
  );
  const data = Buffer.from(
    (bits.join('').match(/.{1,8}/g) ?? []).map((byte) =>
      parseInt(byte.padEnd(8, '0').split('').toReversed().join(''), 2),
    ),
  );
  return Buffer.concat([control, image, Buffer.from([data.length]), data, Buffer.from([0])]);
}

describe('compressImage() with a GIF that restores the background', () => {
  it.each([
    [
      'a frame that covers the screen',
      [createPlainFrame(0, 8, RESTORE_TO_BACKGROUND), createPlainFrame(1, 4, 1)],
      7,
    ],
    [
      'a smaller frame',
      [
        createPlainFrame(0, 8, 1),
        createPlainFrame(1, 6, RESTORE_TO_BACKGROUND),
        createPlainFrame(2, 4, 1),
      ],
      5,
    ],
  ])(
    'compressImage() makes the area of %s transparent if a GIF clears it',
    async (_, frames, clearedPosition) => {
      const header = Buffer.from([...Buffer.from('GIF89a'), 8, 0, 8, 0, 0xf1, 0, 0]);
      const source = Buffer.concat([header, COLORS, ...frames, Buffer.from([0x3b])]);
      for (const format of ['webp', 'original'] as const) {
        const { output } = await compress(source, { format, quality: 90 });
        const lastFrame = sharp(output, { page: frames.length - 1 }).ensureAlpha();
        const { data } = await lastFrame.raw().toBuffer({ resolveWithObject: true });
        const getAlpha = (x: number) => data[(x * 8 + x) * 4 + 3];
        expect(getAlpha(clearedPosition)).toBe(0);
        expect(getAlpha(0)).toBe(255);
      }
    },
  );
});
