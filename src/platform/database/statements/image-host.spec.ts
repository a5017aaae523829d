import { describe, expect, it } from 'vitest';
import { toInputHost } from './image-host.js';

describe('toInputHost()', () => {
  it.each([
    ['https://h.example:443/a.jpg', 'h.example'],
    ['http://h.example:80', 'h.example'],
    ['https://h.example:08443\\a b.jpg', 'h.example:8443'],
    ['https://@h.example/a@b.jpg', 'h.example'],
    ['https://sh%6Fp.example/%41.jpg', 'shop.example'],
    ['https://m\u00fcnchen.example/\u00fc.jpg', 'xn--mnchen-3ya.example'],
    ['https://\u212a.example/a.jpg', 'k.example'],
    ['http://0x7f.1:9001?q', '127.0.0.1:9001'],
  ])('toInputHost() returns the host of %s, which SQL cannot parse', (url, host) => {
    expect(toInputHost(url)).toBe(host);
  });

  it.each([
    'HTTPS://Shop.Example/A.jpg',
    'http://h.example:443/',
    'https:///h.example/a.jpg',
    'https://h.example\\a.jpg',
    'http://localhost:3000/a.jpg',
    'http://[::1]:9001/a.jpg',
    'https://a_b.example?q',
  ])('toInputHost() returns undefined for %s, whose host SQL can parse', (url) => {
    expect(toInputHost(url)).toBeUndefined();
  });

  it('toInputHost() returns undefined for text that is not a URL', () => {
    expect(toInputHost('http://a b')).toBeUndefined();
  });
});
