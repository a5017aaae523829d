import { describe, expect, it } from 'vitest';
import { type QualitySearch, searchQuality } from './search-quality.js';

const SCORE_SEARCH: QualitySearch = {
  goal: 'lowest-above',
  target: 70,
  firstQuality: 60,
  min: 1,
  max: 100,
  typicalValues: [
    [1, 40],
    [100, 89.5],
  ],
  tolerance: 1,
  maxAttempts: 4,
};

/** Runs a search on the values from `getValue`. Also returns the attempted qualities. */
async function runSearch(
  getValue: (quality: number) => number,
  overrides: Partial<QualitySearch> = {},
) {
  const qualities: number[] = [];
  const { best, isTargetReached } = await searchQuality(
    { ...SCORE_SEARCH, ...overrides },
    (quality) => {
      qualities.push(quality);
      return Promise.resolve({ quality, value: getValue(quality) });
    },
  );
  return { ...best, isTargetReached, qualities };
}

/** Score curves of images, from easy to difficult. */
const CURVES = Array.from({ length: 60 }, (_, i) => {
  const [level, bend] = [40 + (i % 12) * 4, 0.4 + Math.floor(i / 12) * 0.3];
  return (quality: number) => level + (96 - level) * (quality / 100) ** bend;
});

/** Sizes of a JPEG relative to its size at quality 75. */
const SIZES = [
  [1, 0.1],
  [10, 0.24],
  [25, 0.42],
  [50, 0.66],
  [75, 1],
  [90, 1.9],
  [100, 4.5],
] as const;

function computeLogSize(quality: number): number {
  const index = Math.max(
    1,
    SIZES.findIndex(([upper]) => upper >= quality),
  );
  const [[lowQuality, lowSize], [highQuality, highSize]] = [SIZES[index - 1], SIZES[index]];
  const share = (quality - lowQuality) / (highQuality - lowQuality);
  return Math.log(lowSize) * (1 - share) + Math.log(highSize) * share;
}

const SIZE_SEARCH = {
  goal: 'highest-below',
  firstQuality: 60,
  max: 95,
  typicalValues: [
    [1, -2],
    [15, -0.8],
    [45, 0],
    [75, 0.5],
    [88, 0.9],
    [100, 2.5],
  ],
  tolerance: 0.03,
} as const;

describe('searchQuality()', () => {
  it('searchQuality() reaches the target value on every curve in at most 4 attempts', async () => {
    for (const curve of CURVES) {
      const { value, isTargetReached, qualities } = await runSearch(curve);
      expect(qualities.length).toBeLessThanOrEqual(4);
      expect(new Set(qualities).size).toBe(qualities.length);
      expect(isTargetReached).toBe(true);
      expect(value).toBeGreaterThanOrEqual(70);
    }
  });

  it('searchQuality() exceeds the target value only slightly on average', async () => {
    const results = await Promise.all(CURVES.map((curve) => runSearch(curve)));
    const resultsAboveMinimum = results.filter(({ quality }) => quality > 1);
    const mean =
      resultsAboveMinimum.reduce((sum, { value }) => sum + value - 70, 0) /
      resultsAboveMinimum.length;
    expect(mean).toBeLessThan(1.5);
  });

  it('searchQuality() stops after one attempt if the first value is close enough', async () => {
    expect(await runSearch(() => 70.5)).toMatchObject({ qualities: [60], isTargetReached: true });
  });

  it('searchQuality() returns the highest quality if no quality reaches the target value', async () => {
    const { isTargetReached, qualities } = await runSearch((quality) => quality / 2);
    expect(isTargetReached).toBe(false);
    expect(qualities.at(-1)).toBe(100);
  });

  it('searchQuality() finds the highest quality within a size limit', async () => {
    for (let limitQuality = 20; limitQuality <= 90; limitQuality += 7) {
      const { value, quality, isTargetReached, qualities } = await runSearch(computeLogSize, {
        ...SIZE_SEARCH,
        target: computeLogSize(limitQuality),
      });
      expect(isTargetReached).toBe(true);
      expect(qualities.length).toBeLessThanOrEqual(4);
      expect(value).toBeLessThanOrEqual(computeLogSize(limitQuality));
      expect(quality).toBeGreaterThan(limitQuality - 5);
    }
  });

  it('searchQuality() ends with the lowest quality if no quality is within the size limit', async () => {
    const { qualities, isTargetReached } = await runSearch((quality) => 100 + quality, {
      goal: 'highest-below',
      target: 90,
    });
    expect(isTargetReached).toBe(false);
    expect(qualities.at(-1)).toBe(1);
  });
});
