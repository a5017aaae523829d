import type { Request } from 'express';
import { expect, it } from 'vitest';
import { matchesETag } from './if-none-match.js';

it.each([
  ['the same tag', true, 'W/"a"'],
  ['the same tag as a strong tag', true, '"a"'],
  ['a list that contains the tag', true, '"x", W/"a" ,"y"'],
  ['an asterisk', true, '*'],
  ['other tags', false, '"x", "aa"'],
  ['an empty header', false, ''],
  ['no header', false, undefined],
])('matchesETag() for %s returns %s', (_description, expected, header) => {
  expect(matchesETag('W/"a"', { get: () => header } as unknown as Request)).toBe(expected);
});
