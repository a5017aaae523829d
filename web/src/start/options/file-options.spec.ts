import { describe, expect, it } from 'vitest';
import type { CatalogColumn, ColumnRole } from '../../api/types.js';
import { toFileFields, getRoles, withReading, withRole } from './file-options.js';

const column = (name: string, role: ColumnRole | null): CatalogColumn => ({
  name,
  role,
  samples: [],
  contains_urls: role === 'image',
});

const header = [
  column('Handle', 'serial_number'),
  column('Title', 'product_name'),
  column('Image Src', 'image'),
  column('Variant Image', null),
];

describe('withRole()', () => {
  it('withRole() adds an image column and keeps the detected ones', () => {
    expect(withRole(header, {}, 3, 'image')).toEqual({
      imageColumns: ['Image Src', 'Variant Image'],
      nameColumn: 'Title',
      serialColumn: 'Handle',
    });
  });

  it('withRole() moves the product name from one column to another', () => {
    const options = withRole(header, {}, 3, 'product_name');
    expect(getRoles(header, options)).toEqual(['serial_number', null, 'image', 'product_name']);
  });

  it('withRole() omits a column that is not imported', () => {
    const options = withRole(header, {}, 0, null);
    expect(getRoles(header, options)).toEqual([null, 'product_name', 'image', null]);
    expect(options.serialColumn).toBe('');
  });

  it('withRole() keeps earlier choices when another column changes', () => {
    const first = withRole(header, {}, 3, 'image');
    expect(getRoles(header, withRole(header, first, 2, null))[3]).toBe('image');
  });
});

describe('getRoles()', () => {
  it('getRoles() returns the detected roles until the user chooses others', () => {
    expect(getRoles(header, { encoding: 'utf-8' })[2]).toBe('image');
  });
});

describe('withReading()', () => {
  it('withReading() drops the chosen columns because their names can change', () => {
    const options = withReading(withRole(header, {}, 3, 'image'), { headerRow: 2 });
    expect(toFileFields(options)).toEqual([['header_row', '2']]);
  });
});

describe('toFormFields()', () => {
  it('toFormFields() returns no field when everything was detected', () => {
    expect(toFileFields({})).toEqual([]);
  });

  it('toFormFields() sends header row 0 and an empty column list', () => {
    expect(toFileFields({ headerRow: 0, nameColumn: '' })).toEqual([
      ['name_column', '[]'],
      ['header_row', '0'],
    ]);
  });
});
