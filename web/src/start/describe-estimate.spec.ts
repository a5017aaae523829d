import { describe, expect, it } from 'vitest';
import { describeDeadLinks, describeEstimate } from './describe-estimate.js';
import { describeFile } from './check/describe-file.js';
import type { UploadCheck } from '../api/types.js';

const estimate = {
  images_sampled: 12,
  dead_links: 1,
  bytes_saved_percent: 61.4,
  bytes_in: 100,
  bytes_out: 39,
  duration_seconds: 340,
};

describe('describeEstimate()', () => {
  it('describeEstimate() returns the savings and the duration', () => {
    expect(describeEstimate(estimate)).toBe('Saves about 61%, takes about 6 min');
  });

  it('describeEstimate() returns no savings if the images do not shrink', () => {
    expect(describeEstimate({ ...estimate, bytes_saved_percent: -4, duration_seconds: null })).toBe(
      'Saves nothing',
    );
  });

  it('describeEstimate() states that the savings are unknown if no sampled link works', () => {
    expect(describeEstimate({ ...estimate, bytes_saved_percent: null })).toMatch(
      /^Savings unknown, /,
    );
  });
});

describe('describeDeadLinks()', () => {
  it('describeDeadLinks() uses the singular for one dead link', () => {
    expect(describeDeadLinks(1, 12)).toBe('1 of 12 sampled links is dead.');
    expect(describeDeadLinks(3, 12)).toBe('3 of 12 sampled links are dead.');
  });

  it('describeDeadLinks() states that all sampled links work if none is dead', () => {
    expect(describeDeadLinks(0, 12)).toBe('All 12 sampled links work.');
    expect(describeDeadLinks(0, 1)).toBe('The sampled link works.');
  });
});

describe('describeFile()', () => {
  const response = { platform: 'shopify', platform_title: 'Shopify', format: 'csv' };
  const counts = { products: 1399, distinct_products: 636, images: 1 };

  it('describeFile() returns the platform and the numbers of rows, products and images', () => {
    expect(describeFile({ ...response, ...counts } as UploadCheck)).toBe(
      'Shopify export, 1,399 rows, 636 products, 1 image',
    );
  });

  it('describeFile() returns the file format for an unknown platform, and omits products if each row is a product', () => {
    expect(
      describeFile({
        ...counts,
        distinct_products: 1399,
        platform: 'generic',
        format: 'xlsx',
      } as UploadCheck),
    ).toBe('Excel file, 1,399 rows, 1 image');
  });
});
