import { describe, expect, it } from 'vitest';
import { FITS } from '../compression-options.js';
import { planLayout } from './plan-layout.js';

const SIDES = [1, 2, 3, 7, 50, 99, 640, 1001, 4000];
const PADDINGS = [undefined, 1, 5, 12.5, 40];

/** Yields the layouts of one source for every combination of sides, fits, paddings and `enlarge`. */
function* createLayouts(width: number, height: number) {
  for (const fit of FITS) {
    for (const maxWidth of SIDES) {
      for (const maxHeight of SIDES) {
        for (const padding of PADDINGS) {
          for (const enlarge of [undefined, true] as const) {
            const options = { fit, max_width: maxWidth, max_height: maxHeight, padding, enlarge };
            yield { options, layout: planLayout({ width, height }, options) };
          }
        }
      }
    }
  }
}

const sources = SIDES.flatMap((width) => SIDES.map((height) => ({ width, height })));

describe('planLayout()', () => {
  it('planLayout() returns positive whole-pixel sizes that add up for every combination', () => {
    const failures: unknown[] = [];
    for (const source of sources) {
      for (const { options, layout } of createLayouts(source.width, source.height)) {
        const { result, content, crop, margins } = layout;
        const sizes = [result, content, crop].flatMap(({ width, height }) => [width, height]);
        const hasWholeSizes = sizes.every((side) => Number.isInteger(side) && side >= 1);
        const addsUpToResult =
          crop.width + margins.left + margins.right === result.width &&
          crop.height + margins.top + margins.bottom === result.height;
        const isCropInsideContent = crop.width <= content.width && crop.height <= content.height;
        const hasValidMargins = Object.values(margins).every((side) => side >= 0);
        if (!hasWholeSizes || !addsUpToResult || !isCropInsideContent || !hasValidMargins)
          failures.push({ source, options, layout });
      }
    }
    expect(failures).toEqual([]);
  });

  it('planLayout() never exceeds the box, and never scales the content up without enlarge', () => {
    const failures: unknown[] = [];
    for (const source of sources) {
      for (const { options, layout } of createLayouts(source.width, source.height)) {
        const { result, content } = layout;
        const exceedsBox = result.width > options.max_width || result.height > options.max_height;
        const isEnlarged = content.width > source.width || content.height > source.height;
        if (exceedsBox || (isEnlarged && !options.enlarge))
          failures.push({ source, options, layout });
      }
    }
    expect(failures).toEqual([]);
  });

  it('planLayout() fills the box exactly with fit=pad, and with fit=cover and enlarge', () => {
    for (const source of sources) {
      for (const { options, layout } of createLayouts(source.width, source.height)) {
        if (options.fit === 'inside' || (options.fit === 'cover' && !options.enlarge)) continue;
        const { max_width: width, max_height: height } = options;
        expect(layout.result).toEqual({ width, height });
      }
    }
  });

  it.each([
    [
      { width: 1000, height: 500 },
      { width: 400, height: 400 },
      { width: 400, height: 400 },
    ],
    [
      { width: 300, height: 600 },
      { width: 400, height: 400 },
      { width: 300, height: 300 },
    ],
    [
      { width: 100, height: 80 },
      { width: 1600, height: 900 },
      { width: 100, height: 56 },
    ],
    [
      { width: 2000, height: 100 },
      { width: 500, height: 500 },
      { width: 100, height: 100 },
    ],
  ])(
    'planLayout() crops %o to the aspect ratio of %o without enlarging it (%o)',
    (source, box, size) => {
      const options = { fit: 'cover', max_width: box.width, max_height: box.height } as const;
      expect(planLayout(source, options).result).toEqual(size);
    },
  );

  it('planLayout() computes margins as a share of the shorter side of the result', () => {
    const { result, content, margins } = planLayout({ width: 900, height: 600 }, { padding: 10 });
    expect(result).toEqual({ width: 1050, height: 750 });
    expect(content).toEqual({ width: 900, height: 600 });
    expect(margins).toEqual({ top: 75, right: 75, bottom: 75, left: 75 });
  });

  it('planLayout() centers a small image on the canvas with fit=pad without scaling it', () => {
    const options = { fit: 'pad', max_width: 500, max_height: 400 } as const;
    expect(planLayout({ width: 101, height: 50 }, options)).toEqual({
      result: { width: 500, height: 400 },
      content: { width: 101, height: 50 },
      crop: { width: 101, height: 50 },
      margins: { top: 175, right: 200, bottom: 175, left: 199 },
    });
  });

  it('planLayout() enlarges an image to max_width if max_height is not set', () => {
    const enlargedLayout = planLayout(
      { width: 100, height: 50 },
      { max_width: 400, enlarge: true },
    );
    expect(enlargedLayout.result).toEqual({ width: 400, height: 200 });
    const unboundedLayout = planLayout({ width: 100, height: 50 }, { enlarge: true });
    expect(unboundedLayout.result).toEqual({ width: 100, height: 50 });
  });
});
