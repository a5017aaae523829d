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
import type { OutputRow } from '../../src/platform/catalog/write/output-columns.js';

export interface ParsedCatalog {
  reader: CatalogReader;
  description: CatalogDescription;
  rows: CatalogRow[];
  /** URLs of each row, without entries that cannot be downloaded. */
  urls: string[][];
  warnings: string[];
  problems: string[];
}

async function* splitIntoChunks(file: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < file.length; offset += 60_000)
    yield file.subarray(offset, offset + 60_000);
}

export async function readCatalog(
  file: string | Buffer,
  options: CatalogOptions = {},
): Promise<ParsedCatalog> {
  const source = openProductFile(splitIntoChunks(Buffer.from(file as string)), options);
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

/** Writes the output file of a catalog. `toOutputUrl` returns null for a failed image. */
export async function writeCatalog(
  { description, rows }: Pick<ParsedCatalog, 'description' | 'rows'>,
  options: OutputOptions,
  toOutputUrl: (url: string) => string | null,
): Promise<Buffer> {
  async function* batches(): AsyncGenerator<OutputRow[]> {
    yield rows.map(({ cells, images }) => ({
      cells,
      images: images.map(({ url, fault }) => ({
        reference: url,
        outputUrl: fault === undefined ? toOutputUrl(url) : null,
      })),
    }));
  }
  const chunks: Buffer[] = [];
  for await (const chunk of writeOutputFile(description, batches(), options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
