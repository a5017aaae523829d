import { describe, expect, it } from 'vitest';
import { similarName } from './similar-name.js';

const KNOWN = ['quality', 'max_width', 'max_height', 'webhook_url', 'outputs'];

describe('similarName()', () => {
  it.each([
    ['qualty', 'quality'],
    ['maxWidth', 'max_width'],
    ['Quality', 'quality'],
    ['webhook-url', 'webhook_url'],
    ['output', 'outputs'],
  ])('similarName() suggests the intended name for "%s"', (name, meant) => {
    expect(similarName(name, KNOWN)).toBe(meant);
  });

  it.each(['', 'x', 'constructor', 'color', 'q'.repeat(1e6)])(
    'similarName() suggests nothing for a different name (case %#)',
    (name) => {
      expect(similarName(name, KNOWN)).toBeUndefined();
    },
  );
});
