import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../test/support/compress.js';
import { photograph } from '../../../test/support/sample-images.js';

const [SCREEN_WIDTH, SCREEN_HEIGHT, LEFT, TOP, SIDE] = [100, 80, 20, 10, 48];

/** Returns a GIF of one frame inside a larger screen. */
async function inset(
  colors: number,
  edit: (gif: Buffer) => Buffer = (gif) => gif,
): Promise<Buffer> {
  const gif = await photograph(SIDE, SIDE).gif({ colors, effort: 1 }).toBuffer();
  const moved = Buffer.from(edit(gif));
  moved.writeUInt16LE(SCREEN_WIDTH, 6);
  moved.writeUInt16LE(SCREEN_HEIGHT, 8);
  const image = moved.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, SIDE, 0, SIDE, 0]));
  moved.writeUInt16LE(LEFT, image + 1);
  moved.writeUInt16LE(TOP, image + 3);
  return moved;
}

/** Removes the graphic control extension. */
function withoutControl(gif: Buffer): Buffer {
  const at = gif.indexOf(Buffer.from([0x21, 0xf9, 4]));
  return Buffer.concat([gif.subarray(0, at), gif.subarray(at + 8)]);
}

/** On white, as on the page of a shop. */
async function shown(image: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(image)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

describe('compressImage() of a GIF whose frame does not cover the screen', () => {
  it.each([
    ['with few colors', 32, undefined],
    ['with many colors', 255, undefined],
    ['without a graphic control extension', 64, withoutControl],
  ])(
    'compressImage() of a smaller frame %s shows the rest as transparent',
    async (_, colors, edit) => {
      const source = await inset(colors, edit);
      const frame = await photograph(SIDE, SIDE).gif({ colors, effort: 1 }).toBuffer();
      const whole = await sharp({
        create: { width: SCREEN_WIDTH, height: SCREEN_HEIGHT, channels: 3, background: '#ffffff' },
      })
        .composite([{ input: await sharp(frame).png().toBuffer(), left: LEFT, top: TOP }])
        .png()
        .toBuffer();
      const expected = await shown(whole);
      for (const format of ['png', 'webp', 'jpeg'] as const) {
        const { output } = await compress(source, { format, quality: 95 });
        const result = await shown(output);
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
