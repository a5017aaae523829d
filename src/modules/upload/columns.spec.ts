import { describe, expect, it } from 'vitest';
import { COLUMN_ALIASES, type ColumnName, mapColumns } from './columns.js';

const others = ['Extra', 'Produktname', 'Output Image Urls', '__proto__', ''];

describe('mapColumns', () => {
  it.each([
    ['serial_number', 'S. No.'],
    ['serial_number', 'S.No'],
    ['serial_number', ' s no '],
    ['serial_number', 'Sr No'],
    ['serial_number', 'SR. NO.'],
    ['serial_number', 'Serial Number'],
    ['serial_number', 'serial_number'],
    ['serial_number', 'SerialNo'],
    ['serial_number', '#'],
    ['serial_number', 'ID'],
    ['product_name', 'Product Name'],
    ['product_name', 'product-name'],
    ['product_name', 'PRODUCT_NAME:'],
    ['product_name', 'Name'],
    ['product_name', 'SKU'],
    ['product_name', 'Title'],
    ['input_image_urls', 'Input Image Urls'],
    ['input_image_urls', 'input_image_urls'],
    ['input_image_urls', 'Image Urls'],
    ['input_image_urls', 'Image URL(s)'],
    ['input_image_urls', 'Images'],
    ['input_image_urls', 'URL'],
    ['input_image_urls', 'Ｉｍａｇｅｓ'],
  ] as [ColumnName, string][])('finds %s in a column called "%s"', (column, name) => {
    const { index, missing } = mapColumns([...others, name]);
    expect(index).toEqual({ [column]: others.length });
    expect(missing).toHaveLength(2);
  });

  it('takes a well-known name before a looser one, wherever they stand', () => {
    const header = ['ID', 'SKU', 'Name', 'URL', 'Images', 'Product Name', 'S. No.'];
    const { index, ambiguous } = mapColumns(header);
    expect(index).toEqual({ serial_number: 6, product_name: 5, input_image_urls: 4 });
    expect(ambiguous).toEqual([]);
  });

  it('takes the first of two that are as good, and names the others', () => {
    const { index, ambiguous } = mapColumns(['No', 'Title', 'Images', 'Image Url', 'Images']);
    expect(index.input_image_urls).toBe(2);
    expect(ambiguous).toEqual([
      { column: 'input_image_urls', taken: 'Images', left: ['Image Url', 'Images'] },
    ]);
  });

  it('gives no name to two columns', () => {
    const names = Object.values(COLUMN_ALIASES).flat(2);
    const found = names.map((name) => Object.keys(mapColumns([name]).index));
    expect(found.map((columns) => columns.length)).toEqual(names.map(() => 1));
  });
});
