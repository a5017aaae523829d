import { describe, expect, it } from 'vitest';
import { findSimilarName } from './similar-name.js';

const KNOWN_NAMES = ['quality', 'max_width', 'max_height', 'webhook_url', 'outputs'];

describe('findSimilarName()', () => {
  it.each([
    ['qualty', 'quality'],
    ['maxWidth', 'max_width'],
    ['Quality', 'quality'],
    ['webhook-url', 'webhook_url'],
    ['output', 'outputs'],
  ])('findSimilarName() returns the intended name for "%s"', (name, expected) => {
    expect(findSimilarName(name, KNOWN_NAMES)).toBe(expected);
  });

  it.each(['', 'x', 'constructor', 'color', 'q'.repeat(1e6)])(
    'findSimilarName() returns undefined for a name unlike any known name (case %#)',
    (name) => {
      expect(findSimilarName(name, KNOWN_NAMES)).toBeUndefined();
    },
  );
});
