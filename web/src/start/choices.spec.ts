import { describe, expect, it } from 'vitest';
import { compressionOf, DEFAULT_CHOICES, fieldsOf } from './choices.js';

describe('compressionOf()', () => {
  it('compressionOf() returns the metadata option of the upload', () => {
    const choices = { ...DEFAULT_CHOICES, metadata: 'copyright' as const };
    expect(compressionOf(choices)).toMatchObject({ metadata: 'copyright' });
    expect(fieldsOf(choices)).toEqual([['metadata', 'copyright']]);
  });
});

describe('fieldsOf()', () => {
  it('fieldsOf() sends a template of file names that is not blank', () => {
    const fields = (fileNames: string) => fieldsOf({ ...DEFAULT_CHOICES, fileNames });
    expect(fields(' {sku}.{ext} ')).toEqual([['filename_template', '{sku}.{ext}']]);
    expect(fields('  ')).toEqual([]);
  });
});
