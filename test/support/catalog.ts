import type { CatalogOptions } from '../../src/platform/catalog/catalog-options.js';
import {
  type CatalogDescription,
  CatalogReader,
} from '../../src/platform/catalog/catalog-reader.js';
import type { CatalogRow } from '../../src/platform/catalog/catalog-row.js';
import { openProductFile } from '../../src/platform/catalog/product-file.js';
import {
  type OutputOptions,
  writeOutputFile,
} from '../../src/platform/catalog/write/output-file.js';
import type { OutputRow } from '../../src/platform/catalog/write/output-table.js';

export interface ReadCatalog {
  reader: CatalogReader;
  description: CatalogDescription;
  rows: CatalogRow[];
  /** URLs of each row, without entries that cannot be downloaded. */
  urls: string[][];
  warnings: string[];
  problems: string[];
}

async function* inPieces(file: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += 60_000) yield file.subarray(at, at + 60_000);
}

export async function readCatalog(
  file: string | Buffer,
  options: CatalogOptions = {},
): Promise<ReadCatalog> {
  const source = openProductFile(inPieces(Buffer.from(file as string)), options);
  const reader = new CatalogReader(source, options);
  const rows: CatalogRow[] = [];
  for await (const batch of reader.read()) rows.push(...batch);
  return {
    reader,
    rows,
    description: reader.description,
    urls: rows.map(({ images }) =>
      images.flatMap(({ url, fault }) => (fault === undefined ? [url] : [])),
    ),
    warnings: reader.warnings.map(({ code }) => code),
    problems: reader.problems.reported.map(({ row, code }) => `${row}: ${code}`),
  };
}

/** Writes the output of a catalog whose images were all compressed, unless `outputOf` says otherwise. */
export async function writeCatalog(
  { description, rows }: Pick<ReadCatalog, 'description' | 'rows'>,
  options: OutputOptions,
  outputOf: (url: string) => string | null,
): Promise<Buffer> {
  async function* batches(): AsyncGenerator<OutputRow[]> {
    yield rows.map(({ cells, images }) => ({
      cells,
      images: images.map(({ url, fault }) => ({
        reference: url,
        outputUrl: fault === undefined ? outputOf(url) : null,
      })),
    }));
  }
  const chunks: Buffer[] = [];
  for await (const chunk of writeOutputFile(description, batches(), options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
