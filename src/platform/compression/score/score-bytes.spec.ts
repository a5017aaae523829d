import { describe, expect, it } from 'vitest';
import { estimateScoreBytes } from './score-bytes.js';
import { ScoreEstimate } from './score-estimate.js';

/** Padding of small planes, in bytes. */
const ROUNDING_BYTES = 64 * 1024;

/** Draws stripes that differ in each tile. */
function drawStripes(width: number, height: number, channels: number) {
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = (i * 37 + (i >> 9)) % 251;
  return { data, width, height, channels };
}

describe('estimateScoreBytes()', () => {
  it.each([
    [300, 200, 3],
    [300, 200, 4],
    [1400, 1400, 3],
    [2100, 1000, 3],
    [1000, 2100, 4],
  ])(
    'estimateScoreBytes() returns at least the memory that ScoreEstimate uses for %i x %i pixels with %i channels',
    (width, height, channels) => {
      const source = drawStripes(width, height, channels);
      const estimate = new ScoreEstimate(source);
      estimate.computeScore(source);
      const bytes = estimateScoreBytes(width, height, channels === 4);
      expect(estimate.peakBytes).toBeLessThan(bytes + ROUNDING_BYTES);
    },
  );
});
