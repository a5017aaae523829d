import { describe, expect, it } from 'vitest';
import { fingerprint } from './idempotency.js';
import { UploadOptions } from './upload-options.dto.js';

const CSV = 'a'.repeat(64);
const of = (fields: Record<string, string>, csv = CSV) =>
  fingerprint(csv, UploadOptions.from(fields));

describe('The fingerprint of an upload', () => {
  it('The fingerprint of an upload is the same for equal options in a different notation', () => {
    expect(of({ format: 'webp', quality: '50' })).toBe(of({ quality: ' 50 ', format: 'webp' }));
    expect(of({ quality: '50', max_width: '' })).toBe(of({}));
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
  ])('The fingerprint of an upload changes with %o', (fields) => {
    expect(of(fields)).not.toBe(of({}));
  });

  it('The fingerprint of an upload changes with the file', () => {
    expect(of({}, 'b'.repeat(64))).not.toBe(of({}));
  });
});
