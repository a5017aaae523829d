import { expect, it } from 'vitest';
import { toFileLabel } from './file-label.js';

it.each([
  ['products.csv', 'products.csv'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\Käse 🧀.csv', 'Käse 🧀.csv'],
  ['a\u0000b\r\nc\u202Ed.csv', 'abcd.csv'],
  ['', 'upload.csv'],
  ['..\\/', 'upload.csv'],
  ['🧀'.repeat(300), '🧀'.repeat(200)],
])('toFileLabel() converts %j to %j', (name, label) => {
  expect(toFileLabel(name)).toBe(label);
});
