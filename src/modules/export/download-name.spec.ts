import { expect, it } from 'vitest';
import { formatDownloadName } from './download-name.js';

it.each([
  ['products.csv', 'products-compressed.csv'],
  ['Summer sale.TSV', 'Summer sale-compressed.csv'],
  ['списък.csv', 'списък-compressed.csv'],
  ['a.b.csv', 'a.b-compressed.csv'],
  ['../../etc/passwd', 'passwd-compressed.csv'],
  ['a\r\nSet-Cookie: x.csv', 'aSet-Cookie: x-compressed.csv'],
  ['.csv', 'catalog-compressed.csv'],
  ['', 'catalog-compressed.csv'],
  [`${'ü'.repeat(300)}.csv`, `${'ü'.repeat(100)}-compressed.csv`],
])('formatDownloadName() converts %j to %j', (uploadedName, expected) => {
  expect(formatDownloadName(uploadedName, 'compressed')).toBe(expected);
});
