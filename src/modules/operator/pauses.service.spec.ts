import { describe, expect, it } from 'vitest';
import { normalizeTargetName } from './pauses.service.js';

describe('normalizeTargetName()', () => {
  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['Shop.Example.com:443', 'shop.example.com'],
    ['shop.example.com:80', 'shop.example.com'],
    ['shop.example.com:8080', 'shop.example.com:8080'],
    ['http://shop.example.com:443/a.jpg', 'shop.example.com:443'],
    ['m\u00fcnchen.example', 'xn--mnchen-3ya.example'],
  ])('normalizeTargetName() converts the origin %j to %j', (name, host) => {
    expect(normalizeTargetName('origin', name)).toBe(host);
  });

  it('normalizeTargetName() returns the name of an owner unchanged', () => {
    expect(normalizeTargetName('owner', 'Shop:80')).toBe('Shop:80');
  });
});
