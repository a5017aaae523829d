import { expect, it } from 'vitest';
import { bytes, change, counted, difference, duration, noun, rate } from './format.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [16_800, '16.8 kB'],
  [132_000, '132 kB'],
  [999_600, '1 MB'],
  [1_700_000_000, '1.7 GB'],
])('bytes() shows %d as %s', (value, words) => expect(bytes(value)).toBe(words));

it.each([
  [0, '0 s'],
  [89, '89 s'],
  [90, '2 min'],
  [3540, '59 min'],
  [3600, '1 h'],
  [4800, '1 h 20 min'],
  [86_400, '24 h'],
  [400_000, '5 days'],
])('duration() shows %d seconds as %s', (value, words) => expect(duration(value)).toBe(words));

it.each([
  [1000, 380, '62 % smaller'],
  [1000, 1000, 'same size'],
  [1000, 1100, '10 % larger'],
  [33_000, 81_312, '146 % larger'],
  [1000, 2, '99 % smaller'],
  [1000, 999, '<1 % smaller'],
  [1000, 1001, '<1 % larger'],
  [10, 200_000, '1,999,900 % larger'],
  [0, 0, ''],
])('change() describes %d to %d bytes as "%s"', (from, to, words) =>
  expect(change(from, to)).toBe(words),
);

it('rate() shows a slow rate with a decimal', () => {
  expect([rate(0.42), rate(9.96), rate(48.4)]).toEqual(['0.4', '10', '48']);
});

it.each([
  [1000, 400, { name: 'Saved', size: '600 B' }],
  [33_000, 81_300, { name: 'Added', size: '48.3 kB' }],
  [1000, 1000, { name: 'Saved', size: '0 B' }],
])('difference() between %d and %d bytes has no sign', (from, to, expected) => {
  expect(difference(from, to)).toEqual(expected);
});

it.each([
  [0, '0 images'],
  [1, '1 image'],
  [2, '2 images'],
  [1001, '1,001 images'],
])('counted() pluralizes %d as "%s"', (value, words) =>
  expect(counted(value, 'image')).toBe(words),
);

it('noun() accepts an irregular plural', () => {
  expect([noun(1, 'attempt'), noun(2, 'delivery', 'deliveries')]).toEqual([
    'attempt',
    'deliveries',
  ]);
});
