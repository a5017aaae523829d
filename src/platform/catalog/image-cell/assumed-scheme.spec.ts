import { describe, expect, it } from 'vitest';
import { wasSchemeAdded } from './assumed-scheme.js';
import { parseImageCell } from './parse-image-cell.js';

const WITH_BASE_URL = { baseUrl: 'https://shop.example' };

describe('wasSchemeAdded()', () => {
  it.each([
    ['//shop.example/a.jpg', {}],
    ['//Shop.Example:8080/a.jpg?v=1', {}],
    ['www.shop.example/a.jpg', {}],
    ['shop.example/a.jpg', {}],
    ['["\\/\\/shop.example\\/a.jpg"]', {}],
    ['<img src="//shop.example/a.jpg">', {}],
  ])('wasSchemeAdded() returns true for the URL in the cell %j', (cell, context) => {
    const [{ url }] = parseImageCell(cell, context);
    expect(url).toMatch(/^https:/);
    expect(wasSchemeAdded(url!, ['Mug', cell])).toBe(true);
  });

  it.each([
    ['https://shop.example/a.jpg', {}],
    ['HTTPS://shop.example/a.jpg', {}],
    ['http://shop.example/a.jpg', {}],
    ['["https:\\/\\/shop.example\\/a.jpg"]', {}],
    ['https://shop.example/a.jpg, //shop.example/b.jpg', {}],
    ['a.jpg', WITH_BASE_URL],
    ['/media/a.jpg', WITH_BASE_URL],
  ])('wasSchemeAdded() returns false for the URLs in the cell %j', (cell, context) => {
    for (const { url } of parseImageCell(cell, context)) {
      expect(wasSchemeAdded(url!, ['Mug', cell])).toBe(false);
    }
  });
});
