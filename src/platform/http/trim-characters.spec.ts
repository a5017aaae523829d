import { expect, it } from 'vitest';
import { trimCharacters, trimEndCharacters } from './trim-characters.js';

it.each([
  ['a\r\n\r\n', 'a'],
  ['\r\na', '\r\na'],
  ['\n\r', ''],
  ['', ''],
])('trimEndCharacters(%j) removes line breaks only from the end', (text, expected) => {
  expect(trimEndCharacters(text, '\r\n')).toBe(expected);
});

it.each([
  ['--a-b-', 'a-b'],
  ['a', 'a'],
  ['---', ''],
])('trimCharacters(%j) removes hyphens from both ends', (text, expected) => {
  expect(trimCharacters(text, '-')).toBe(expected);
});
