import { describe, expect, it } from 'vitest';
import { compressionOf, DEFAULT_CHOICES, fieldsOf } from './choices.js';

describe('compressionOf()', () => {
  it('compressionOf() returns the metadata option of the upload', () => {
    const choices = { ...DEFAULT_CHOICES, metadata: 'copyright' as const };
    expect(compressionOf(choices)).toMatchObject({ metadata: 'copyright' });
    expect(fieldsOf(choices)).toEqual([['metadata', 'copyright']]);
  });
});
