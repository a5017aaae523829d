import { describe, expect, it } from 'vitest';
import { formatZipName } from './zip-name.js';

const formatName = (productName: string, row = 1, position = 1, productCount = 10) =>
  formatZipName({ row, position, productName, format: 'jpeg' }, productCount);

describe('formatZipName()', () => {
  it('formatZipName() puts the output name before the extension', () => {
    const image = { row: 7, position: 2, productName: 'SKU1', format: 'webp' } as const;
    expect(formatZipName(image, 10, 'large')).toBe('0007-SKU1-2-large.webp');
  });

  it.each([
    ['SKU1', '0001-SKU1-1.jpg'],
    ['Blue mug, 0.3 l', '0001-Blue-mug-0-3-l-1.jpg'],
    ['Tasse à café', '0001-Tasse-à-café-1.jpg'],
    ['マグカップ', '0001-マグカップ-1.jpg'],
    ['../../etc/passwd', '0001-etc-passwd-1.jpg'],
    ['C:\\Windows\\con', '0001-C-Windows-con-1.jpg'],
    ['=cmd|calc', '0001-cmd-calc-1.jpg'],
    ['a\u202Egpj.exe', '0001-a-gpj-exe-1.jpg'],
    ['', '0001-1.jpg'],
    ['???', '0001-1.jpg'],
  ])('formatZipName() converts %j to %j', (productName, expected) => {
    expect(formatName(productName)).toBe(expected);
  });

  it('formatZipName() shortens a long product name', () => {
    expect(formatName('𝒳'.repeat(500)).length).toBeLessThan(140);
    expect(formatName('𝒳'.repeat(500))).not.toMatch(/[\uD800-\uDFFF]/u);
  });

  it('formatZipName() returns names that sort in row order', () => {
    const names = [2, 10, 99_999].map((row) => formatName('x', row, 1, 100_000));
    expect(names).toEqual(['000002-x-1.jpg', '000010-x-1.jpg', '099999-x-1.jpg']);
  });

  it('formatZipName() returns different names for products with the same name', () => {
    expect(
      new Set([formatName('x', 1, 11), formatName('x', 1, 1), formatName('x', 11, 1)]).size,
    ).toBe(3);
  });
});
