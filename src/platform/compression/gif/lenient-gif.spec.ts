import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { animation, photograph } from '../../../../test/support/sample-images.js';

const createGif = async () => (await animation(40, ['red', 'green', 'blue'], 70)).toBuffer();
const CONVERSIONS = [{}, { format: 'webp' }, { max_width: 20 }] as const;

describe('compressImage() with a damaged GIF', () => {
  it.each([
    ['zeros', Buffer.alloc(150)],
    ['text', Buffer.from('<!-- cached: secret person -->')],
    ['an incomplete comment', Buffer.from('!\xfe\x40secret', 'latin1')],
  ])(
    'compressImage() removes %s after the last frame of a GIF and keeps all frames',
    async (_, data) => {
      const gif = await createGif();
      const defectiveGif = Buffer.concat([gif.subarray(0, -1), data]);
      for (const options of CONVERSIONS) {
        const { output, metadata } = await compress(defectiveGif, options);
        expect(metadata.pages).toBe(3);
        expect(output.includes('secret')).toBe(false);
      }
      const readPixels = (bytes: Buffer) => sharp(bytes, { animated: true }).raw().toBuffer();
      const { output } = await compress(defectiveGif);
      expect(output.length).toBeLessThan(defectiveGif.length);
      expect((await readPixels(output)).equals(await readPixels(gif))).toBe(true);
    },
  );

  it.each([40, 90])(
    'compressImage() rejects a GIF that is truncated to %i%% of its bytes',
    async (percent) => {
      const gif = await photograph(80, 60).gif().toBuffer();
      const truncatedGif = gif.subarray(0, Math.floor((gif.length * percent) / 100));
      await expect(compress(truncatedGif)).rejects.toMatchObject({ code: 'image_truncated' });
    },
  );

  it.each([40, 90])(
    'compressImage() rejects a GIF that contains only zeros after %i%% of its bytes',
    async (percent) => {
      const gif = await photograph(80, 60).gif().toBuffer();
      const zeroedGif = Buffer.from(gif).fill(0, Math.floor((gif.length * percent) / 100));
      await expect(compress(zeroedGif)).rejects.toMatchObject({
        code: expect.stringMatching(/^image_(truncated|corrupt)$/),
      });
    },
  );
});
