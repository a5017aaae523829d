import { describe, expect, it } from 'vitest';
import { PRESET_LIST } from './index.js';

describe.each(PRESET_LIST)('The preset $id', ({ id, limits, outputs, sources, checkedOn }) => {
  it(`The preset ${id} lists marketplace pages and the date of the last check`, () => {
    expect(sources.length).toBeGreaterThan(0);
    for (const { url } of sources) expect(new URL(url).protocol).toBe('https:');
    expect(new Date(checkedOn).toISOString().startsWith(checkedOn)).toBe(true);
  });

  it(`The preset ${id} defines outputs that meet its own limits`, () => {
    for (const { options } of outputs) {
      const { format, max_width = 0, max_height = 0 } = options;
      expect(limits.formats).toContain(format);
      const { minWidth = 0, minHeight = 0, minLongestSide = 0 } = limits;
      expect(max_width).toBeGreaterThanOrEqual(Math.max(minWidth, minLongestSide));
      expect(max_height).toBeGreaterThanOrEqual(Math.max(minHeight, minLongestSide));
      expect(max_width + max_height).toBeLessThanOrEqual(limits.maxSideSum ?? Infinity);
      expect(max_width * max_height).toBeLessThanOrEqual(limits.maxPixels ?? Infinity);
    }
  });
});
