import { parseImageCell } from '../../src/platform/catalog/image-cell/parse-image-cell.js';
import { REPETITIVE_CELLS } from '../../test/support/repetitive-cells.js';
import type { Measurement } from '../support/measurement.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const CELL_CHARACTERS = 60_000;
/** Minimum time that can be measured precisely enough for a ratio. */
const MIN_MEASURABLE_MS = 40;

/**
 * Compares the parse time of an image cell with the time for a quarter of the cell. The ratio is 4
 * for linear growth and 16 for quadratic growth.
 */
export function benchmarkCellTime(_environment: BenchEnvironment): Promise<Measurement[]> {
  const measurements = REPETITIVE_CELLS.map(([part, addContext]) => {
    const measureTime = (length: number): number =>
      measureShortestParseMs(addContext(part.repeat(Math.ceil(length / part.length))));
    const [longMs, shortMs] = [measureTime(4 * CELL_CHARACTERS), measureTime(CELL_CHARACTERS)];
    return {
      label: `Image cell that repeats ${JSON.stringify(part)}`,
      value: `${longMs.toFixed(1)} ms for ${4 * CELL_CHARACTERS} characters`,
      baseline: `${shortMs.toFixed(1)} ms for a quarter`,
      ratio: longMs < MIN_MEASURABLE_MS ? 4 : longMs / shortMs,
      target: { atMost: 10 },
    };
  });
  return Promise.resolve(measurements);
}

/** Returns the shortest of three times, which background load affects least. */
function measureShortestParseMs(cell: string): number {
  const times = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    parseImageCell(cell);
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
