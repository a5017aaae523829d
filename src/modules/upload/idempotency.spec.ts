import { describe, expect, it } from 'vitest';
import { computeFingerprint } from './idempotency.js';
import { UploadOptions } from './upload-options.dto.js';

const CSV_SHA256 = 'a'.repeat(64);
const computeFromFields = (fields: Record<string, string>, csvSha256 = CSV_SHA256) =>
  computeFingerprint(csvSha256, UploadOptions.from(fields));

describe('computeFingerprint()', () => {
  it('computeFingerprint() returns the same hash for the same options written differently', () => {
    expect(computeFromFields({ format: 'webp', quality: '50' })).toBe(
      computeFromFields({ quality: ' 50 ', format: 'webp' }),
    );
    expect(computeFromFields({ quality: '50', max_width: '' })).toBe(computeFromFields({}));
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
    expect(computeFromFields(fields)).not.toBe(computeFromFields({}));
  });

  it('computeFingerprint() returns a different hash for a different file', () => {
    expect(computeFromFields({}, 'b'.repeat(64))).not.toBe(computeFromFields({}));
  });
});
