import { parseImageCell } from '../../src/platform/catalog/image-cell/parse-image-cell.js';
import { REPETITIVE_CELLS } from '../../test/support/repetitive-cells.js';
import type { Figure } from '../support/figures.js';
import type { Stage } from '../support/stage.js';

const CHARACTERS = 60_000;
/** A shorter time says nothing about the growth. */
const MIN_MS = 40;

/** The time to read an image cell, against that of a cell of a quarter of its length: linear is 4, quadratic 16. */
export function cellTime(_stage: Stage): Promise<Figure[]> {
  const figures = REPETITIVE_CELLS.map(([part, around]) => {
    const timeOf = (length: number): number =>
      shortestMs(around(part.repeat(Math.ceil(length / part.length))));
    const [long, short] = [timeOf(4 * CHARACTERS), timeOf(CHARACTERS)];
    return {
      what: `Image cell of repetitions of ${JSON.stringify(part)}`,
      measured: `${long.toFixed(1)} ms for ${4 * CHARACTERS} characters`,
      against: `${short.toFixed(1)} ms for a quarter`,
      ratio: long < MIN_MS ? 4 : long / short,
      target: { atMost: 10 },
    };
  });
  return Promise.resolve(figures);
}

/** The best of three: other processes use the core as well. */
function shortestMs(cell: string): number {
  const times = [1, 2, 3].map(() => {
    const began = performance.now();
    parseImageCell(cell);
    return performance.now() - began;
  });
  return Math.min(...times);
}
