import { expect, it } from 'vitest';
import {
  formatBytes,
  formatSizeChange,
  formatQuantity,
  formatDifference,
  formatDuration,
  getPluralForm,
  formatRate,
} from './format.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [16_800, '16.8 kB'],
  [132_000, '132 kB'],
  [999_600, '1 MB'],
  [1_700_000_000, '1.7 GB'],
])('formatBytes() formats %d bytes as %j', (value, expected) =>
  expect(formatBytes(value)).toBe(expected),
);

it.each([
  [0, '0 s'],
  [89, '89 s'],
  [90, '2 min'],
  [3540, '59 min'],
  [3600, '1 h'],
  [4800, '1 h 20 min'],
  [86_400, '24 h'],
  [400_000, '5 days'],
])('formatDuration() formats %d seconds as %j', (value, expected) =>
  expect(formatDuration(value)).toBe(expected),
);

it.each([
  [1000, 380, '62% smaller'],
  [1000, 1000, 'same size'],
  [1000, 1100, '10% larger'],
  [33_000, 81_312, '146% larger'],
  [1000, 2, '99% smaller'],
  [1000, 999, '<1% smaller'],
  [1000, 1001, '<1% larger'],
  [10, 200_000, '1,999,900% larger'],
  [0, 0, ''],
])(
  'formatSizeChange() describes a change from %d to %d bytes as "%s"',
  (bytesIn, bytesOut, expected) => expect(formatSizeChange(bytesIn, bytesOut)).toBe(expected),
);

it('formatRate() formats a low rate with one decimal place', () => {
  expect([formatRate(0.42), formatRate(9.96), formatRate(48.4)]).toEqual(['0.4', '10', '48']);
});

it.each([
  [1000, 400, { label: 'Saved', size: '600 B' }],
  [33_000, 81_300, { label: 'Added', size: '48.3 kB' }],
  [1000, 1000, { label: 'Saved', size: '0 B' }],
])(
  'formatDifference() returns the label and the absolute difference between %d and %d bytes',
  (bytesIn, bytesOut, expected) => {
    expect(formatDifference(bytesIn, bytesOut)).toEqual(expected);
  },
);

it.each([
  [0, '0 images'],
  [1, '1 image'],
  [2, '2 images'],
  [1001, '1,001 images'],
])('formatQuantity() formats %d as "%s"', (value, expected) =>
  expect(formatQuantity(value, 'image')).toBe(expected),
);

it('getPluralForm() accepts an irregular plural', () => {
  expect([getPluralForm(1, 'attempt'), getPluralForm(2, 'delivery', 'deliveries')]).toEqual([
    'attempt',
    'deliveries',
  ]);
});
