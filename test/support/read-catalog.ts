import { createReadStream } from 'node:fs';
import { CatalogReader } from '../../src/modules/upload/catalog-reader.js';
import type { CatalogRow } from '../../src/modules/upload/catalog-row.js';
import { InvalidCsvError, type CsvProblem } from '../../src/modules/upload/problems.js';

export const HEADER = 'S. No.,Product Name,Input Image Urls';

export const csvFixture = (name: string) =>
  createReadStream(new URL(`../fixtures/csv/${name}.csv`, import.meta.url));

export async function* chunks(bytes: Buffer, size = 7): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readCatalog(source: AsyncIterable<Buffer>) {
  const reader = new CatalogReader();
  const rows: CatalogRow[] = [];
  for await (const batch of reader.read(source)) rows.push(...batch);
  return { reader, rows };
}

/** What is wrong with a catalog; throws when nothing is. */
export async function refusedCatalog(source: AsyncIterable<Buffer>) {
  const error = await readCatalog(source).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof InvalidCsvError)) throw error ?? new Error('the catalog was accepted');
  const { errors, error_count } = error.details as { errors: CsvProblem[]; error_count: number };
  return { error, errors, count: error_count };
}
