import { describe, expect, it } from 'vitest';
import type { PresetLimits } from '../api/types.js';
import {
  describeAllLimits,
  describeMainLimits,
  describeOutput,
  describeMissingSources,
} from './describe-preset.js';

/** Replaces the non-breaking spaces that keep a size on one line. */
const replaceNbsp = (text: string) => text.replaceAll('\u00a0', ' ');

const createLimits = (changes: Partial<PresetLimits> = {}): PresetLimits => ({
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
  ...changes,
});

describe('describeMainLimits()', () => {
  it('describeMainLimits() starts with the minimum size', () => {
    const google = { min_width: 500, min_height: 500, max_pixels: 64e6, max_bytes: 16e6 };
    expect(describeMainLimits(createLimits(google)).map(replaceNbsp)).toEqual([
      'At least 500 × 500 px',
      'At most 16 MB',
      'JPEG, WebP, or PNG',
    ]);
  });

  it('describeMainLimits() starts with the maximum size if the marketplace has no minimum', () => {
    expect(replaceNbsp(describeMainLimits(createLimits({ max_longest_side: 5000 }))[0])).toBe(
      'At most 5,000 px on the longest side',
    );
    expect(describeMainLimits(createLimits())[0]).toBe('Any size');
  });
});

describe('describeAllLimits()', () => {
  it('describeAllLimits() returns each limit once', () => {
    const descriptions = describeAllLimits(
      createLimits({
        min_width: 635,
        min_longest_side: 1000,
        max_side_sum: 15_000,
        max_pixels: 25e6,
        max_bytes: 20e6,
        animation: true,
        matching_extension: true,
      }),
    );
    expect(descriptions.map(replaceNbsp)).toEqual([
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

  it('describeOutput() returns the format, quality and maximum size', () => {
    expect(replaceNbsp(describeOutput({ ...output, max_width: 2048, max_height: 2048 }))).toBe(
      'JPEG, quality 80, at most 2,048 × 2,048 px',
    );
    expect(describeOutput({ ...output, max_width: null, max_height: null })).toBe(
      'JPEG, quality 80',
    );
    expect(replaceNbsp(describeOutput({ ...output, max_width: 800, max_height: null }))).toBe(
      'JPEG, quality 80, at most 800 px wide',
    );
  });
});

describe('describeMissingSources()', () => {
  const readSource = { url: 'https://shop.example/a', was_read: true };
  const unreadSource = { url: 'https://shop.example/b', was_read: false };

  it('describeMissingSources() describes whether none, some or all of the limits are from third parties', () => {
    expect(describeMissingSources({ name: 'eBay', sources: [readSource] })).toBe('');
    expect(describeMissingSources({ name: 'Etsy', sources: [readSource, unreadSource] })).toMatch(
      /^Not all Etsy pages/,
    );
    expect(describeMissingSources({ name: 'Shopify', sources: [unreadSource] })).toMatch(
      /^The Shopify page/,
    );
  });
});
