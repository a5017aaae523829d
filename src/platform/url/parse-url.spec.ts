import { describe, expect, it } from 'vitest';
import { isUrl, parseUrl } from './parse-url.js';

describe('isUrl()', () => {
  it('isUrl() accepts hosts with umlauts, even after JIT optimization', () => {
    let acceptedCount = 0;
    for (let i = 0; i < 20_000; i++) {
      if (isUrl(`https://a.example/${i % 10}.jpg`) && isUrl('https://m\u00fcnchen.example/')) {
        acceptedCount++;
      }
    }
    expect(acceptedCount).toBe(20_000);
  });

  it.each(['', 'a.jpg', 'https://', 'https://a b/', 'https://a:99999/', 'https://\u00fc b/'])(
    'isUrl() rejects %j',
    (text) => {
      expect(isUrl(text)).toBe(false);
      expect(parseUrl(text)).toBeUndefined();
    },
  );
});

describe('parseUrl()', () => {
  it('parseUrl() resolves a reference against its base', () => {
    expect(parseUrl('b.jpg', new URL('https://a.example/x/'))?.href).toBe(
      'https://a.example/x/b.jpg',
    );
  });
});
