import { describe, expect, it } from 'vitest';
import { FileNameTemplate } from '../../platform/catalog/file-names/file-name-template.js';
import type { CompletedImage } from '../../platform/database/repositories/completed-images.js';
import { ZipNames } from './zip-names.js';

const outputs = ['large', 'small'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' as const },
}));
const createImage = (
  row: number,
  fileName: string | null,
  width = 9,
  output = 0,
): CompletedImage => ({
  row,
  position: 1,
  output,
  productName: 'Mug',
  artifactKey: '',
  format: 'webp',
  width,
  height: 9,
  fileName,
  finishedAt: new Date(),
});
const createFileNames = (template: string, cells: string[]) => {
  const names = FileNameTemplate.parse(template).bindColumns(['SKU']);
  return cells.flatMap((cell, index) => {
    const images = [{ column: 0, url: '' }];
    return names.nameImages({
      row: index + 1,
      serialNumber: '',
      productName: '',
      cells: [cell],
      images,
    });
  });
};

describe('ZipNames', () => {
  it('ZipNames adds numbers to names that become identical when the width is inserted', () => {
    const [first, second] = createFileNames('{sku}{width}', ['a1', 'a']);
    const names = new ZipNames({ products: 2, outputs: null });
    expect(names.getEntryName(createImage(1, first, 12))).toBe('a112.webp');
    expect(names.getEntryName(createImage(2, second, 112))).toBe('a112-2.webp');
  });

  it('ZipNames returns a name for each output of an image, with and without a template', () => {
    const names = new ZipNames({ products: 1, outputs });
    expect([0, 1].map((output) => names.getEntryName(createImage(1, 'mug', 9, output)))).toEqual([
      'mug-large.webp',
      'mug-small.webp',
    ]);
    expect(names.getEntryName(createImage(1, null, 9, 1))).toBe('0001-Mug-1-small.webp');
  });
});
