import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { CatalogOptions } from '../../src/platform/catalog/catalog-options.js';
import { CatalogReader } from '../../src/platform/catalog/catalog-reader.js';
import type { FileReadOptions } from '../../src/platform/catalog/file-read-options.js';
import { CatalogRejectedError } from '../../src/platform/catalog/problems.js';
import { openProductFile } from '../../src/platform/catalog/product-file.js';
import { buildWorkbook, type TestWorkbook, textRow } from './xlsx-workbook.js';

export const IMAGE_URL = 'https://cdn.example.com/1.jpg';
export const HEADER = textRow(1, ['SKU', 'Name', 'Image']);

/** Returns a sheet with products. */
export const productSheet = (rows: string) => ({ name: 'Products', rows });

/** Sheets of a template, two of which contain products. */
export const TEMPLATE_SHEETS = [
  { name: 'Read me', rows: textRow(1, ['How to fill in this template']) },
  { name: 'Prices', rows: textRow(1, ['SKU', 'Price']) + textRow(2, ['1', '9.50']) },
  { name: 'Products', rows: HEADER + textRow(2, ['1', 'Mug', IMAGE_URL]) },
  { name: 'More', rows: HEADER + textRow(2, ['2', 'Bowl', 'https://cdn.example.com/2.jpg']) },
];

/** Reads Excel files, with a temporary folder for the test file. */
export class WorkbookReader {
  folder = '';

  static forThisFile(): WorkbookReader {
    const reader = new WorkbookReader();
    beforeAll(async () => {
      reader.folder = await mkdtemp(join(tmpdir(), 'xlsx-source-'));
    });
    return reader;
  }

  async readWorkbook(workbook: TestWorkbook, options: CatalogOptions = {}) {
    return this.readFile(await buildWorkbook(workbook), options);
  }

  /** Reads a file that must be rejected, and returns the error. */
  async readRejected(
    file: Buffer,
    options?: CatalogOptions,
    readOptions?: Partial<FileReadOptions>,
  ) {
    const error: unknown = await this.readFile(file, options, readOptions).then(
      () => new Error('The file was accepted'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof CatalogRejectedError)) throw error;
    return error;
  }

  private async readFile(
    file: Buffer,
    options: CatalogOptions = {},
    readOptions: Partial<FileReadOptions> = {},
  ) {
    const source = openProductFile(splitIntoChunks(file), options, {
      temporaryFolder: this.folder,
      ...readOptions,
    });
    const reader = new CatalogReader(source, options);
    const rows = [];
    for await (const batch of reader.read()) rows.push(...batch);
    return { reader, rows, description: reader.description, cells: rows.map(({ cells }) => cells) };
  }
}

async function* splitIntoChunks(file: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < file.length; offset += 50_000)
    yield file.subarray(offset, offset + 50_000);
}
