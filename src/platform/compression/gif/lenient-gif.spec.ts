import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { animation, photograph } from '../../../../test/support/sample-images.js';

const gifOf = async () => (await animation(40, ['red', 'green', 'blue'], 70)).toBuffer();
const CONVERSIONS = [{}, { format: 'webp' }, { max_width: 20 }] as const;

describe('compressImage() of a GIF with data after its last frame', () => {
  it.each([
    ['zeros', Buffer.alloc(150)],
    ['text', Buffer.from('<!-- cached: secret person -->')],
    ['an incomplete comment', Buffer.from('!\xfe\x40secret', 'latin1')],
  ])(
    'compressImage() of a GIF with data after its last frame keeps all frames and removes the data: %s',
    async (_, data) => {
      const gif = await gifOf();
      const defective = Buffer.concat([gif.subarray(0, -1), data]);
      for (const options of CONVERSIONS) {
        const { output, metadata } = await compress(defective, options);
        expect(metadata.pages).toBe(3);
        expect(output.includes('secret')).toBe(false);
      }
      const pixels = (bytes: Buffer) => sharp(bytes, { animated: true }).raw().toBuffer();
      const { output } = await compress(defective);
      expect(output.length).toBeLessThan(defective.length);
      expect((await pixels(output)).equals(await pixels(gif))).toBe(true);
    },
  );

  it.each([0.4, 0.9])(
    'compressImage() of a GIF that ends after a share of %s fails',
    async (share) => {
      const gif = await photograph(80, 60).gif().toBuffer();
      const cut = gif.subarray(0, Math.floor(gif.length * share));
      await expect(compress(cut)).rejects.toMatchObject({ code: 'image_truncated' });
    },
  );

  it.each([0.4, 0.9])(
    'compressImage() of a GIF that contains only zeros after a share of %s fails',
    async (share) => {
      const gif = await photograph(80, 60).gif().toBuffer();
      const zeros = Buffer.from(gif).fill(0, Math.floor(gif.length * share));
      await expect(compress(zeros)).rejects.toMatchObject({
        code: expect.stringMatching(/^image_(truncated|corrupt)$/),
      });
    },
  );
});
