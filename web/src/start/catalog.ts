import { ApiError, NOT_RESPONDING } from '../api/client.js';
import { linksToCsv } from './links/links-to-csv.js';

/** A product file and its source. Only `file` comes from the user's disk. */
export type Catalog =
  | { from: 'disk'; file: File }
  | { from: 'sample'; file: File }
  | { from: 'links'; file: File; lines: number[] }
  | { from: 'url'; url: string };

const csvFile = (content: BlobPart, name: string) =>
  new File([content], name, { type: 'text/csv' });

export async function fetchSample(): Promise<Catalog> {
  const response = await fetch('/sample/catalog.csv').catch(() => undefined);
  if (!response) throw new ApiError(0, NOT_RESPONDING);
  if (!response.ok) throw new Error('The sample catalog is missing from this server.');
  return { from: 'sample', file: csvFile(await response.blob(), 'sample-catalog.csv') };
}

/** Returns undefined when the text contains no link. */
export function linksCatalog(text: string): Catalog | undefined {
  const list = linksToCsv(text);
  return list && { from: 'links', file: csvFile(list.csv, 'pasted-links.csv'), lines: list.lines };
}

/** Returns the name of the file, or its URL. */
export const catalogTitle = (catalog: Catalog): string =>
  catalog.from === 'url' ? catalog.url : catalog.file.name;

/** Appends the catalog to a form. The file is the last field, because the server streams it. */
export function appendCatalog(form: FormData, catalog: Catalog): void {
  // The person corrects invalid pasted links in their list, so none is skipped.
  if (catalog.from === 'links') form.append('strict', 'true');
  if (catalog.from === 'url') form.append('catalog_url', catalog.url);
  else form.append('file', catalog.file);
}
