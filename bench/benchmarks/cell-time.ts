import { parseImageCell } from '../../src/platform/catalog/image-cell/parse-image-cell.js';
import { REPETITIVE_CELLS } from '../../test/support/repetitive-cells.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const CHARACTERS = 60_000;
/** Minimum time that is precise enough for a ratio. */
const MIN_MS = 40;

/**
 * Compares the parse time of an image cell with the time for a quarter of the cell. The ratio is 4
 * for linear growth and 16 for quadratic growth.
 */
export function cellTime(_environment: BenchEnvironment): Promise<Measurement[]> {
  const measurements = REPETITIVE_CELLS.map(([part, around]) => {
    const measureTime = (length: number): number =>
      shortestMs(around(part.repeat(Math.ceil(length / part.length))));
    const [long, short] = [measureTime(4 * CHARACTERS), measureTime(CHARACTERS)];
    return {
      label: `Image cell of repetitions of ${JSON.stringify(part)}`,
      value: `${long.toFixed(1)} ms for ${4 * CHARACTERS} characters`,
      baseline: `${short.toFixed(1)} ms for a quarter`,
      ratio: long < MIN_MS ? 4 : long / short,
      target: { atMost: 10 },
    };
  });
  return Promise.resolve(measurements);
}

/** Returns the shortest of three times, which background load affects least. */
function shortestMs(cell: string): number {
  const times = [1, 2, 3].map(() => {
    const began = performance.now();
    parseImageCell(cell);
    return performance.now() - began;
  });
  return Math.min(...times);
}
