import { describe, expect, it } from 'vitest';
import { formatCallForLog, formatUrlForLog } from './logged-url.js';

describe('formatCallForLog()', () => {
  it.each([
    ['/status/1', '/status/1'],
    ['/status/1?limit=0&cursor=MTAw', '/status/1?limit=0&cursor=MTAw'],
    ['/download/1?partial=true&token=17.c2hv.kJ0', '/download/1?partial=true&token=***'],
    ['/images/a.jpg?expires=9&signature=abc', '/images/a.jpg?expires=***&signature=***'],
    ['/requests?api_key=abc', '/requests?api_key=***'],
  ])('formatCallForLog() formats %s as %s', (target, expected) => {
    expect(formatCallForLog(target)).toBe(expected);
  });

  it.each([
    ['path', `/${'a.'.repeat(7500)}`],
    ['query', `/requests?${'a.'.repeat(7500)}`],
    ['value', `/requests?cursor=${'a.'.repeat(7500)}`],
    ['list of parameters', `/requests?${'a&'.repeat(7500)}`],
  ])('formatCallForLog() truncates a long %s', (_part, target) => {
    const formattedCall = formatCallForLog(target);
    expect(formattedCall.length).toBeLessThan(3500);
    expect(formattedCall).toContain('…');
  });
});

describe('formatUrlForLog()', () => {
  it.each([
    ['https://shop.example/a.jpg', 'https://shop.example/a.jpg'],
    ['https://shop.example/a b".jpg?X-Sig=1 2', 'https://shop.example/a%20b%22.jpg?***'],
    ['HTTPS://Shop.Example:443\\a.jpg#token', 'https://shop.example/a.jpg?***'],
    ['https://user:password@shop.example/a.jpg', 'https://shop.example/a.jpg'],
    [
      'https://cdn.example/https%3A%2F%2Fs3%2Fa.jpg%3Fsig%3D1',
      'https://cdn.example/https%3A%2F%2Fs3%2Fa.jpg?***',
    ],
    ['https://shop.example:99999/a.jpg?sig=1', '(not an http URL)'],
    ['ftp://shop.example/a.jpg', '(not an http URL)'],
    ['a.jpg?sig=1', '(not an http URL)'],
  ])('formatUrlForLog() formats %s as %s', (url, expected) => {
    expect(formatUrlForLog(url)).toBe(expected);
  });
});
