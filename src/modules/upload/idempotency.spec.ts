import { describe, expect, it } from 'vitest';
import { computeFingerprint } from './idempotency.js';
import { UploadOptions } from './upload-options.dto.js';

const CSV = 'a'.repeat(64);
const computeFrom = (fields: Record<string, string>, csv = CSV) =>
  computeFingerprint(csv, UploadOptions.from(fields));

describe('computeFingerprint()', () => {
  it('computeFingerprint() returns the same hash for the same options in a different notation', () => {
    expect(computeFrom({ format: 'webp', quality: '50' })).toBe(
      computeFrom({ quality: ' 50 ', format: 'webp' }),
    );
    expect(computeFrom({ quality: '50', max_width: '' })).toBe(computeFrom({}));
  });

  it.each([
    [{ quality: '51' }],
    [{ format: 'webp' }],
    [{ max_width: '800' }],
    [{ max_height: '800' }],
    [{ webhook_url: 'https://shop.example/hook' }],
    [{ webhook_secret: `whsec_${'A'.repeat(32)}` }],
    [{ dry_run: 'true' }],
    [{ image_columns: '["Image Src"]' }],
    [{ image_columns: '["Image Src", "Variant Image"]' }],
    [{ header_row: '0' }],
    [{ delimiter: 'tab' }],
    [{ encoding: 'gbk' }],
    [{ base_url: 'https://shop.example/media/' }],
    [{ strict: 'true' }],
    [{ catalog_url: 'https://shop.example/products.csv' }],
  ])('computeFingerprint() returns a different hash with %o', (fields) => {
    expect(computeFrom(fields)).not.toBe(computeFrom({}));
  });

  it('computeFingerprint() returns a different hash for a different file', () => {
    expect(computeFrom({}, 'b'.repeat(64))).not.toBe(computeFrom({}));
  });
});
