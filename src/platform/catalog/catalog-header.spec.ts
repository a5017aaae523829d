import { describe, expect, it } from 'vitest';
import { readHeader } from './catalog-header.js';
import type { CatalogOptions } from './catalog-options.js';

const HEAD = [
  ['Handle', 'Title', 'Image Src'],
  ['mug', 'Stone mug', 'https://shop.example/mug.jpg'],
];

const layoutOf = (options: CatalogOptions) => readHeader(HEAD, ',', options, []).layout;

describe('readHeader()', () => {
  it('readHeader() detects the serial number and the name when the options leave them out', () => {
    expect(layoutOf({})).toMatchObject({ serial: 0, name: 1, images: [2] });
  });

  it('readHeader() reads the columns that the options name', () => {
    expect(layoutOf({ serialColumn: 'Title', nameColumn: 'Handle' })).toMatchObject({
      serial: 1,
      name: 0,
    });
  });

  it('readHeader() does not use a row of numbers as the header', () => {
    const head = [
      ['product_id', 'name', 'size', 'price'],
      ['1', 'Stone mug', '5', '56.61'],
      ['2', 'Desk clock', '4', '67.97'],
    ];
    expect(() => readHeader(head, ';', {}, [])).toThrow('No column contains image URLs.');
  });

  it.each(['图片描述（可选）', '画像説明', 'Bild-Beschreibung', 'Image alt text'])(
    'readHeader() does not use %s as a column of image URLs',
    (name) => {
      const head = [
        ['sku', name],
        ['A1', 'black, matte'],
      ];
      expect(() => readHeader(head, ',', {}, [])).toThrow('No column contains image URLs.');
    },
  );

  it('readHeader() reads no serial number and no name when the options set their columns to empty', () => {
    const layout = layoutOf({ serialColumn: '', nameColumn: '' });
    expect([layout.serial, layout.name]).toEqual([undefined, undefined]);
  });
});
