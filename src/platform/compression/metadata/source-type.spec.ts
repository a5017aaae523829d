import { describe, expect, it } from 'vitest';
import { sourceTypeOf } from './source-type.js';

describe('sourceTypeOf()', () => {
  it('sourceTypeOf() returns nothing for XMP without the property', () => {
    expect(sourceTypeOf('<x:xmpmeta/>')).toBeUndefined();
    expect(sourceTypeOf('newscodes/digitalsourcetype/trainedAlgorithmicMedia')).toBeUndefined();
  });
});
