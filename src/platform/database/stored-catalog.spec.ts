import { describe, expect, it } from 'vitest';
import { toCatalogColumns, readStoredCatalog } from './stored-catalog.js';

const layout = {
  format: 'csv' as const,
  encoding: 'utf-8',
  bom: true,
  delimiter: ';',
  newline: '\r\n' as const,
  quotedLines: false,
  backslashQuotes: false,
  strayQuotes: 0,
};
const description = {
  layout,
  platform: 'shopify',
  headerRow: 2,
  header: ['Handle', 'Title', 'Image Src', 'Variant Image'],
  preamble: [['Products']],
  imageColumns: [2, 3],
  serialColumn: 0,
  nameColumn: 1,
};

describe('readStoredCatalog()', () => {
  it('readStoredCatalog() returns the description that toCatalogColumns() stored', () => {
    expect(readStoredCatalog(toCatalogColumns(description))).toEqual(description);
  });

  it('readStoredCatalog() converts the columns and dialect that the previous version stored', () => {
    const oldRequest = {
      catalog: null,
      header: ['Nr', 'Name', 'Images', 'Note'],
      columns: { serial_number: 'Nr', product_name: 'Name', input_image_urls: 'Images' },
      urlColumn: 2,
      dialect: { delimiter: ';', newline: '\r\n' as const, encoding: 'windows-1252', bom: false },
    };
    expect(readStoredCatalog(oldRequest)).toEqual({
      layout: { ...layout, encoding: 'windows-1252', bom: false },
      platform: 'generic',
      headerRow: 1,
      header: ['Nr', 'Name', 'Images', 'Note'],
      preamble: [],
      imageColumns: [2],
      serialColumn: 0,
      nameColumn: 1,
    });
  });
});

describe('toCatalogColumns()', () => {
  it('toCatalogColumns() fills the columns that the previous version reads', () => {
    expect(toCatalogColumns(description)).toMatchObject({
      header: description.header,
      columns: { serial_number: 'Handle', product_name: 'Title', input_image_urls: 'Image Src' },
      urlColumn: 2,
      dialect: { delimiter: ';', newline: '\r\n', encoding: 'utf-8', bom: true },
    });
  });

  it('toCatalogColumns() removes or replaces characters that PostgreSQL cannot store', () => {
    const header = ['Handle', 'Ti\0tle', 'Image\uD800', 'b'];
    expect(toCatalogColumns({ ...description, header }).header).toEqual([
      'Handle',
      'Title',
      'Image\uFFFD',
      'b',
    ]);
  });
});
