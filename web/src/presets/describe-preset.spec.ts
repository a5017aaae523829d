import { describe, expect, it } from 'vitest';
import type { PresetLimits } from '../api/types.js';
import {
  describeAllLimits,
  describeMainLimits,
  describeOutput,
  describeMissingSources,
} from './describe-preset.js';

/** Replaces the spaces that keep a size on one line. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

const limits = (change: Partial<PresetLimits> = {}): PresetLimits => ({
  formats: ['jpeg', 'webp', 'png'],
  min_width: null,
  min_height: null,
  min_longest_side: null,
  max_longest_side: null,
  max_side_sum: null,
  max_pixels: null,
  max_bytes: null,
  animation: false,
  matching_extension: false,
  ...change,
});

describe('describeMainLimits()', () => {
  it('describeMainLimits() starts with the minimum', () => {
    const google = { min_width: 500, min_height: 500, max_pixels: 64e6, max_bytes: 16e6 };
    expect(describeMainLimits(limits(google)).map(plain)).toEqual([
      'At least 500 × 500 px',
      'At most 16 MB',
      'JPEG, WebP, or PNG',
    ]);
  });

  it('describeMainLimits() starts with the maximum if the marketplace has no minimum', () => {
    expect(plain(describeMainLimits(limits({ max_longest_side: 5000 }))[0])).toBe(
      'At most 5,000 px on the longest side',
    );
    expect(describeMainLimits(limits())[0]).toBe('Any size');
  });
});

describe('describeAllLimits()', () => {
  it('describeAllLimits() returns each limit once', () => {
    const all = describeAllLimits(
      limits({
        min_width: 635,
        min_longest_side: 1000,
        max_side_sum: 15_000,
        max_pixels: 25e6,
        max_bytes: 20e6,
        animation: true,
        matching_extension: true,
      }),
    );
    expect(all.map(plain)).toEqual([
      'At least 635 px wide',
      'At least 1,000 px on the longest side',
      'At most 15,000 px for width plus height',
      'At most 25 megapixels',
      'At most 20 MB',
      'JPEG, WebP, or PNG',
      'Animations are accepted',
      'The file extension matches the format',
    ]);
  });
});

describe('describeOutput()', () => {
  const output = { name: 'google', format: 'jpeg', quality: 80 } as const;

  it('describeOutput() states format, quality and size', () => {
    expect(plain(describeOutput({ ...output, max_width: 2048, max_height: 2048 }))).toBe(
      'JPEG, quality 80, at most 2,048 × 2,048 px',
    );
    expect(describeOutput({ ...output, max_width: null, max_height: null })).toBe(
      'JPEG, quality 80',
    );
    expect(plain(describeOutput({ ...output, max_width: 800, max_height: null }))).toBe(
      'JPEG, quality 80, at most 800 px wide',
    );
  });
});

describe('describeMissingSources()', () => {
  const read = { url: 'https://shop.example/a', was_read: true };
  const unread = { url: 'https://shop.example/b', was_read: false };

  it('describeMissingSources() says whether all or some limits come from third parties', () => {
    expect(describeMissingSources({ name: 'eBay', sources: [read] })).toBe('');
    expect(describeMissingSources({ name: 'Etsy', sources: [read, unread] })).toMatch(
      /^Not all pages of Etsy/,
    );
    expect(describeMissingSources({ name: 'Shopify', sources: [unread] })).toMatch(
      /^The page of Shopify/,
    );
  });
});
