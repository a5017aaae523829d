import { describe, expect, it } from 'vitest';
import { findSourceType } from './source-type.js';

describe('findSourceType()', () => {
  it('findSourceType() returns undefined for XMP without the property', () => {
    expect(findSourceType('<x:xmpmeta/>')).toBeUndefined();
    expect(findSourceType('newscodes/digitalsourcetype/trainedAlgorithmicMedia')).toBeUndefined();
  });
});
