import { describe, expect, it } from 'vitest';
import type { EncodePlan } from './encode-plan.js';
import { encodeWithinSize } from './encode-within-size.js';

const createPlan = (format: 'jpeg' | 'png' | 'tiff', quality: number): EncodePlan => ({
  format,
  quality,
  effort: 'balanced',
  width: 40,
  height: 30,
  isResized: false,
});

/** Searches with an encoder that returns ten bytes for each quality step. */
async function runSearch(maxBytes: number, requestedPlan: EncodePlan) {
  const qualities: number[] = [];
  const encode = ({ quality }: EncodePlan): Promise<Buffer> => {
    qualities.push(quality);
    return Promise.resolve(Buffer.alloc(10 * quality));
  };
  const firstResult = { encoded: Buffer.alloc(10 * requestedPlan.quality), plan: requestedPlan };
  const result = await encodeWithinSize(maxBytes, firstResult, encode);
  return { length: result.length, attemptCount: qualities.length, qualities };
}

describe('encodeWithinSize()', () => {
  it('encodeWithinSize() returns a result near the highest quality that fits', async () => {
    const { length, attemptCount } = await runSearch(305, createPlan('jpeg', 80));
    expect(length).toBeLessThanOrEqual(300);
    expect(length).toBeGreaterThanOrEqual(270);
    expect(attemptCount).toBe(5);
  });

  it('encodeWithinSize() falls back to the lowest quality if no higher quality fits', async () => {
    const { length, qualities } = await runSearch(15, createPlan('jpeg', 95));
    expect(length).toBe(10);
    expect(qualities.at(-1)).toBe(1);
  });

  it.each([
    ['a JPEG at the lowest quality', createPlan('jpeg', 1)],
    ['a PNG with a quality below the palette quality', createPlan('png', 50)],
    ['a TIFF, whose size does not depend on quality', createPlan('tiff', 50)],
  ])('encodeWithinSize() does not re-encode %s', async (_, requestedPlan) => {
    expect(await runSearch(5, requestedPlan)).toMatchObject({
      length: 10 * requestedPlan.quality,
      attemptCount: 0,
    });
  });
});
