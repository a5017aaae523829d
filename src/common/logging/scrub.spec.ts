import { describe, expect, it } from 'vitest';
import { loggedUrl, scrubber } from './scrub.js';

describe('a URL of ours in the log', () => {
  it.each([
    ['/status/1', '/status/1'],
    ['/status/1?limit=0&cursor=MTAw', '/status/1?limit=0&cursor=MTAw'],
    ['/download/1?partial=true&token=17.c2hv.kJ0', '/download/1?partial=true&token=***'],
    ['/images/a.jpg?expires=9&signature=abc', '/images/a.jpg?expires=***&signature=***'],
    ['/requests?api_key=abc', '/requests?api_key=***'],
  ])('%s', (url, logged) => {
    expect(loggedUrl(url)).toBe(logged);
  });
});

describe('a line of the log', () => {
  const scrub = scrubber(['shop-key-0123456789', 'short']);

  it.each([
    ['connect postgres://app:p%40ss@db:5432/x failed', 'connect postgres://***@db:5432/x failed'],
    ['redis://:secret@cache', 'redis://***@cache'],
    ['{"input_url":"https://s3/a.jpg?X-Sig=abc&e=1"}', '{"input_url":"https://s3/a.jpg?***"}'],
    ['signed with whsec_MfKQ9r8GKYqrTwj/+A==.', 'signed with whsec_***.'],
    ['{"authorization":"Bearer abc.def"}', '{"authorization":"Bearer ***"}'],
    ['the key is shop-key-0123456789', 'the key is ***'],
    ['what is short is no secret', 'what is short is no secret'],
    ['mail to a@b at https://example.com/a@b', 'mail to a@b at https://example.com/a@b'],
  ])('%s', (line, scrubbed) => {
    expect(scrub(line)).toBe(scrubbed);
  });

  it('stays JSON', () => {
    const line = { url: 'https://a/b?c="d"\\', err: 'postgres://u:"p"@h/x', n: 1 };
    expect(() => JSON.parse(scrub(JSON.stringify(line))) as unknown).not.toThrow();
  });
});
