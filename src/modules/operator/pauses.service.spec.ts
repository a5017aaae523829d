import { describe, expect, it } from 'vitest';
import { normalizeName } from './pauses.service.js';

describe('normalizeName()', () => {
  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['Shop.Example.com:443', 'shop.example.com'],
    ['shop.example.com:80', 'shop.example.com'],
    ['shop.example.com:8080', 'shop.example.com:8080'],
    ['http://shop.example.com:443/a.jpg', 'shop.example.com:443'],
    ['m\u00fcnchen.example', 'xn--mnchen-3ya.example'],
  ])('normalizeName() converts the origin %s to %s', (name, host) => {
    expect(normalizeName('origin', name)).toBe(host);
  });

  it('normalizeName() returns the name of an owner unchanged', () => {
    expect(normalizeName('owner', 'Shop:80')).toBe('Shop:80');
  });
});
