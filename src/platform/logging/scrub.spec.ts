import { assert, object as anyObject, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScrubber, scrubText } from './scrub.js';

describe('scrubText()', () => {
  const secrets = ['shop-key-0123456789'];

  it.each([
    ['connect postgres://app:p%40ss@db:5432/x failed', 'connect postgres://***@db:5432/x failed'],
    ['redis://:secret@cache', 'redis://***@cache'],
    ['https://s3/a.jpg?X-Sig=abc&e=1', 'https://s3/a.jpg?***'],
    ['GET https://s3/a b.jpg?X-Sig=a b"c failed', 'GET https://s3/a b.jpg?***'],
    ['GET https://s3/a.jpg#token of "b"', 'GET https://s3/a.jpg?***'],
    ['signed with whsec_MfKQ9r8GKYqrTwj/+A==.', 'signed with whsec_***.'],
    ['authorization: Bearer abc"def', 'authorization: Bearer ***'],
    ['the key is shop-key-0123456789', 'the key is ***'],
    ['Is a short word a secret? No.', 'Is a short word a secret? No.'],
    ['mail to a@b at https://example.com/a@b', 'mail to a@b at https://example.com/a@b'],
  ])('scrubText() converts %j to %j', (text, scrubbed) => {
    expect(scrubText(text, secrets)).toBe(scrubbed);
  });

  it('scrubText() reads at most 16,384 characters', () => {
    expect(scrubText('a.'.repeat(500_000))).toHaveLength(16_384);
  });
});

describe('createScrubber()', () => {
  it('createScrubber() truncates each string in a log line', () => {
    const line = JSON.stringify({ msg: 'a.'.repeat(7500), err: { stack: 'b\n'.repeat(7500) } });
    const { msg, err } = JSON.parse(createScrubber()(line)) as {
      msg: string;
      err: { stack: string };
    };
    expect(msg).toMatch(/…\(13000 more\)$/);
    expect(err.stack).toMatch(/…\(\d+ more\)$/);
  });

  it('createScrubber() returns one JSON line with the same keys for any object', () => {
    const scrub = createScrubber({ secrets: ['secret-word'] });
    assert(
      property(anyObject({ maxDepth: 3 }), (object) => {
        const json = JSON.stringify(object);
        const scrubbed = scrub(json);
        expect(scrubbed.indexOf('\n')).toBe(scrubbed.length - 1);
        const parsed = JSON.parse(scrubbed) as object;
        expect(Object.keys(parsed)).toEqual(Object.keys(JSON.parse(json) as object));
      }),
    );
  });
});
