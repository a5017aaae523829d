import { createReadStream } from 'node:fs';
import type { CatalogOptions } from '../../src/platform/catalog/catalog-options.js';
import { CatalogReader } from '../../src/platform/catalog/catalog-reader.js';
import type { CatalogRow } from '../../src/platform/catalog/catalog-row.js';
import { CatalogRefusedError } from '../../src/platform/catalog/problems.js';
import { openProductFile } from '../../src/platform/catalog/product-file.js';

export const HEADER = 'S. No.,Product Name,Input Image Urls';

export const csvFixture = (name: string) =>
  createReadStream(new URL(`../fixtures/csv/${name}.csv`, import.meta.url));

export async function* chunks(bytes: Buffer, size = 7): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The rows of a product file, with the URLs of each row's images beside them. */
export async function readCatalog(source: AsyncIterable<Buffer>, options: CatalogOptions = {}) {
  const reader = new CatalogReader(openProductFile(source, options), options);
  const rows: (CatalogRow & { urls: string[] })[] = [];
  for await (const batch of reader.read()) {
    rows.push(...batch.map((row) => ({ ...row, urls: row.images.map(({ url }) => url) })));
  }
  return { reader, rows };
}

/** What is wrong with a product file that is read strictly; throws when nothing is. */
export async function refusedCatalog(source: AsyncIterable<Buffer>) {
  const error = await readCatalog(source, { strict: true }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof CatalogRefusedError)) {
    throw error ?? new Error('the catalog was accepted');
  }
  return { error, errors: error.problems.reported, count: error.problems.count };
}
