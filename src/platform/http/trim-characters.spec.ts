import { expect, it } from 'vitest';
import { trimCharacters, trimEndCharacters } from './trim-characters.js';

it.each([
  ['a\r\n\r\n', 'a'],
  ['\r\na', '\r\na'],
  ['\n\r', ''],
  ['', ''],
])('trimEndOf(%j) removes line breaks only from the end', (text, trimmed) => {
  expect(trimEndCharacters(text, '\r\n')).toBe(trimmed);
});

it.each([
  ['--a-b-', 'a-b'],
  ['a', 'a'],
  ['---', ''],
])('trimBothEndsOf(%j) removes hyphens from both ends', (text, trimmed) => {
  expect(trimCharacters(text, '-')).toBe(trimmed);
});
