import { describe, expect, it } from 'vitest';
import { readHeader } from './catalog-header.js';
import type { CatalogOptions } from './catalog-options.js';

const HEAD = [
  ['Handle', 'Title', 'Image Src'],
  ['mug', 'Stone mug', 'https://shop.example/mug.jpg'],
];

const readLayout = (options: CatalogOptions) => readHeader(HEAD, ',', options, []).layout;

describe('readHeader()', () => {
  it('readHeader() detects the serial number and name columns when the options omit them', () => {
    expect(readLayout({})).toMatchObject({ serialColumn: 0, nameColumn: 1, imageColumns: [2] });
  });

  it('readHeader() reads the columns that the options specify', () => {
    expect(readLayout({ serialColumn: 'Title', nameColumn: 'Handle' })).toMatchObject({
      serialColumn: 1,
      nameColumn: 0,
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
    'readHeader() does not use %j as an image column',
    (name) => {
      const head = [
        ['sku', name],
        ['A1', 'black, matte'],
      ];
      expect(() => readHeader(head, ',', {}, [])).toThrow('No column contains image URLs.');
    },
  );

  it('readHeader() uses no serial number or name column when the options specify empty names', () => {
    const layout = readLayout({ serialColumn: '', nameColumn: '' });
    expect([layout.serialColumn, layout.nameColumn]).toEqual([undefined, undefined]);
  });
});
