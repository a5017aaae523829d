import { describe, expect, it } from 'vitest';
import type { EncodePlan } from './encode-plan.js';
import { encodeWithinSize } from './encode-within-size.js';

const plan = (format: 'jpeg' | 'png' | 'tiff', quality: number): EncodePlan => ({
  format,
  quality,
  effort: 'balanced',
  width: 40,
  height: 30,
  resized: false,
});

/** Ten bytes for each step of the quality. */
async function search(maxBytes: number, wanted: EncodePlan) {
  const qualities: number[] = [];
  const encode = ({ quality }: EncodePlan): Promise<Buffer> => {
    qualities.push(quality);
    return Promise.resolve(Buffer.alloc(10 * quality));
  };
  const first = { encoded: Buffer.alloc(10 * wanted.quality), plan: wanted };
  const result = await encodeWithinSize(maxBytes, first, encode);
  return { length: result.length, attempts: qualities.length, qualities };
}

describe('encodeWithinSize()', () => {
  it('encodeWithinSize() returns a result that fits, near the highest quality that fits', async () => {
    const { length, attempts } = await search(305, plan('jpeg', 80));
    expect(length).toBeLessThanOrEqual(300);
    expect(length).toBeGreaterThanOrEqual(270);
    expect(attempts).toBe(5);
  });

  it('encodeWithinSize() falls back to the lowest quality if no higher quality fits', async () => {
    const { length, qualities } = await search(15, plan('jpeg', 95));
    expect(length).toBe(10);
    expect(qualities.at(-1)).toBe(1);
  });

  it.each([
    ['a JPEG of the lowest quality', plan('jpeg', 1)],
    ['a PNG, whose palette has a higher quality', plan('png', 50)],
    ['a TIFF without a lowest quality', plan('tiff', 50)],
  ])('encodeWithinSize() does not encode %s again', async (_, wanted) => {
    expect(await search(5, wanted)).toMatchObject({ length: 10 * wanted.quality, attempts: 0 });
  });
});
