import { describe, expect, it } from 'vitest';
import type { CatalogOptions } from '../../src/platform/catalog/catalog-options.js';
import { readCatalog, writeCatalog } from './catalog.js';

export interface ExpectedCatalog {
  /** Number of images of each row. */
  imageCounts: number[];
  warnings?: string[];
  problems?: string[];
  /** Product names of the rows. */
  names?: string[];
  /** Header names of the image columns. */
  columns?: string[];
  headerRow?: number | null;
  options?: CatalogOptions;
}

export type ProductFileCase = readonly [
  description: string,
  file: string | Buffer,
  expected: ExpectedCatalog,
];

export const joinLines = (...records: string[]): string =>
  records.map((record) => `${record}\r\n`).join('');

/** Base URL of the images in the files. */
export const CDN = 'https://cdn.example.com';

/**
 * Defines tests that read each file with `CatalogReader` and write it with all other cells unchanged.
 *
 * @param subject the part of the reader that the files test
 */
export function testCatalogReader(subject: string, files: readonly ProductFileCase[]): void {
  describe(`CatalogReader, ${subject}`, () => {
    it.each(files)('CatalogReader accepts %s', async (_description, file, expected) => {
      const catalog = await readCatalog(file, expected.options);
      expect(catalog.urls.map((urls) => urls.length)).toEqual(expected.imageCounts);
      expect(catalog.warnings).toEqual(
        expected.warnings ?? catalog.warnings.filter((code) => code === 'rows_without_image'),
      );
      expect(catalog.problems).toEqual(expected.problems ?? []);
      const { header, imageColumns, headerRow } = catalog.description;
      const names = catalog.rows.map(({ productName }) => productName);
      expect(names).toEqual(expected.names ?? names);
      const columns = imageColumns.map((column) => header[column]);
      expect(columns).toEqual(expected.columns ?? columns);
      expect(headerRow).toBe(expected.headerRow === undefined ? headerRow : expected.headerRow);
    });

    // Without a header, the reader cannot recognize the output column.
    const filesWithHeader = files.filter(([, , { headerRow }]) => headerRow !== null);
    it.each(filesWithHeader)(
      'CatalogReader and the writer preserve all other cells of %s',
      async (_description, file, { options }) => {
        const catalog = await readCatalog(file, options);
        const csv = await writeCatalog(
          catalog,
          { format: 'csv', mode: 'append', raw: true },
          (url) => `${url}#out`,
        );
        const reread = await readCatalog(csv, options);
        expect(reread.urls).toEqual(catalog.urls);
        const columnCount = catalog.description.header.length;
        expect(
          reread.rows.map(({ cells }) => cells.slice(0, columnCount).map((cell) => cell.trim())),
        ).toEqual(
          catalog.rows.map(({ cells }) =>
            Array.from({ length: columnCount }, (_, i) => (cells[i] ?? '').trim()),
          ),
        );
      },
    );
  });
}
