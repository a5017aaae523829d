import { expect, it } from 'vitest';
import { bytes, change, duration, rate } from './format.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [16_800, '16.8 kB'],
  [132_000, '132 kB'],
  [999_600, '1 MB'],
  [1_700_000_000, '1.7 GB'],
])('%d bytes are %s', (value, words) => expect(bytes(value)).toBe(words));

it.each([
  [0, '0 s'],
  [89, '89 s'],
  [90, '2 min'],
  [3540, '59 min'],
  [3600, '1 h'],
  [4800, '1 h 20 min'],
  [86_400, '24 h'],
  [400_000, '5 days'],
])('%d seconds are %s', (value, words) => expect(duration(value)).toBe(words));

it.each([
  [1000, 380, '−62 %'],
  [1000, 1000, '±0 %'],
  [1000, 1100, '+10 %'],
  [0, 0, ''],
])('%d to %d bytes is %s', (from, to, words) => expect(change(from, to)).toBe(words));

it('says a slow rate with a decimal', () => {
  expect([rate(0.42), rate(9.96), rate(48.4)]).toEqual(['0.4', '10', '48']);
});
