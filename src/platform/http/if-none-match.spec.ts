import type { Request } from 'express';
import { expect, it } from 'vitest';
import { matchesETag } from './if-none-match.js';

it.each([
  ['the tag', 'W/"a"', true],
  ['the tag as a strong one', '"a"', true],
  ['a list with the tag in it', '"x", W/"a" ,"y"', true],
  ['anything', '*', true],
  ['other tags', '"x", "aa"', false],
  ['an empty header', '', false],
  ['no header', undefined, false],
])('matchesETag() evaluates If-None-Match with %s', (_what, header, has) => {
  expect(matchesETag('W/"a"', { get: () => header } as unknown as Request)).toBe(has);
});
