import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serializeHost } from './serialize-host.js';

describe('serializeHost()', () => {
  it.each([
    ['https://h.example:443/a.jpg', 'https://h.example/a.jpg'],
    ['http://h.example:80', 'http://h.example'],
    ['http://h.example:443/', 'http://h.example:443/'],
    ['https://h.example:08443\\a b.jpg', 'https://h.example:8443\\a b.jpg'],
    ['https:///h.example/a.jpg', 'https://h.example/a.jpg'],
    ['https://@h.example/a@b.jpg', 'https://h.example/a@b.jpg'],
    ['https://sh%6Fp.example/%41.jpg', 'https://shop.example/%41.jpg'],
    ['https://m\u00fcnchen.example/\u00fc.jpg', 'https://xn--mnchen-3ya.example/\u00fc.jpg'],
    ['http://0x7f.1:9001?q', 'http://127.0.0.1:9001?q'],
    ['HTTPS://Shop.Example/A.jpg', 'HTTPS://Shop.Example/A.jpg'],
  ])('serializeHost() turns %s into %s', (url, serialized) => {
    expect(serializeHost(url)).toBe(serialized);
  });

  it('serializeHost() does not change what a request sends', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        expect(new URL(serializeHost(url)).href).toBe(new URL(url).href);
      }),
    );
  });
});
