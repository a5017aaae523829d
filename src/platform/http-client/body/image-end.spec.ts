import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hasImageEnd } from './image-end.js';

const checkImageEnd = (file: Buffer) =>
  hasImageEnd(async (position, length) => file.subarray(position, position + length), file.length);
const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
const image = sharp({
  create: { width: 200, height: 150, channels: 3, background: '#888', noise },
});

describe('hasImageEnd()', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'hasImageEnd() distinguishes a complete %s file from a truncated one',
    async (format) => {
      const file = await image.clone().toFormat(format).toBuffer();
      expect(await checkImageEnd(file)).toBe(true);
      expect(await checkImageEnd(file.subarray(0, Math.floor(file.length * 0.7)))).toBe(false);
      expect(await checkImageEnd(file.subarray(0, file.length - 20))).toBe(false);
    },
  );

  it('hasImageEnd() returns true for a JPEG with bytes after its end', async () => {
    const file = await image.clone().jpeg().toBuffer();
    expect(await checkImageEnd(Buffer.concat([file, Buffer.alloc(500)]))).toBe(true);
  });

  it.each([
    ['the start of a TIFF', Buffer.from('49492a0008000000', 'hex')],
    ['a web page', Buffer.from('<!doctype html><title>x</title>')],
    ['an empty file', Buffer.alloc(0)],
  ])('hasImageEnd() returns false for %s', async (_description, file) => {
    expect(await checkImageEnd(file)).toBe(false);
  });
});
