import { describe, expect, it } from 'vitest';
import type { CatalogColumn, ColumnRole } from '../../api/types.js';
import { toFileFields, getRoles, changeReadingOptions, assignRole } from './file-options.js';

const createColumn = (name: string, role: ColumnRole | null): CatalogColumn => ({
  name,
  role,
  samples: [],
  contains_urls: role === 'image',
});

const header = [
  createColumn('Handle', 'serial_number'),
  createColumn('Title', 'product_name'),
  createColumn('Image Src', 'image'),
  createColumn('Variant Image', null),
];

describe('assignRole()', () => {
  it('assignRole() adds an image column and keeps the detected columns', () => {
    expect(assignRole(header, {}, 3, 'image')).toEqual({
      imageColumns: ['Image Src', 'Variant Image'],
      nameColumn: 'Title',
      serialColumn: 'Handle',
    });
  });

  it('assignRole() moves the product name role from one column to another', () => {
    const options = assignRole(header, {}, 3, 'product_name');
    expect(getRoles(header, options)).toEqual(['serial_number', null, 'image', 'product_name']);
  });

  it('assignRole() removes the role of a column that the user does not import', () => {
    const options = assignRole(header, {}, 0, null);
    expect(getRoles(header, options)).toEqual([null, 'product_name', 'image', null]);
    expect(options.serialColumn).toBe('');
  });

  it('assignRole() keeps earlier choices when another column changes', () => {
    const changedOptions = assignRole(header, {}, 3, 'image');
    expect(getRoles(header, assignRole(header, changedOptions, 2, null))[3]).toBe('image');
  });
});

describe('getRoles()', () => {
  it('getRoles() returns the detected roles if the user has not changed any role', () => {
    expect(getRoles(header, { encoding: 'utf-8' })[2]).toBe('image');
  });
});

describe('changeReadingOptions()', () => {
  it('changeReadingOptions() resets the chosen columns because their names can change', () => {
    const options = changeReadingOptions(assignRole(header, {}, 3, 'image'), { headerRow: 2 });
    expect(toFileFields(options)).toEqual([['header_row', '2']]);
  });
});

describe('toFileFields()', () => {
  it('toFileFields() returns no fields if the user corrected nothing', () => {
    expect(toFileFields({})).toEqual([]);
  });

  it('toFileFields() returns header row 0 for no header and an empty list for no column', () => {
    expect(toFileFields({ headerRow: 0, nameColumn: '' })).toEqual([
      ['name_column', '[]'],
      ['header_row', '0'],
    ]);
  });
});
