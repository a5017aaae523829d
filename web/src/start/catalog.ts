import { ApiError, NOT_RESPONDING } from '../api/client.js';
import { convertLinksToCsv } from './links/links-to-csv.js';

/** A product file and how the user provided it. Only `disk` is a file on the user's computer. */
export type Catalog =
  | { from: 'disk'; file: File }
  | { from: 'sample'; file: File }
  /** `lines` contains the line number in the pasted text for each row. */
  | { from: 'links'; file: File; lines: number[] }
  | { from: 'url'; url: string };

const createCsvFile = (content: BlobPart, name: string) =>
  new File([content], name, { type: 'text/csv' });

export async function fetchSample(): Promise<Catalog> {
  const response = await fetch('/sample/catalog.csv').catch(() => undefined);
  if (!response) throw new ApiError(0, NOT_RESPONDING);
  if (!response.ok)
    throw new Error('This server has no sample catalog. Choose a product file instead.');
  return { from: 'sample', file: createCsvFile(await response.blob(), 'sample-catalog.csv') };
}

/** Converts pasted links to a catalog. Returns undefined if the text contains no link. */
export function createLinksCatalog(text: string): Catalog | undefined {
  const list = convertLinksToCsv(text);
  return (
    list && {
      from: 'links',
      file: createCsvFile(list.csv, 'pasted-links.csv'),
      lines: list.lineNumbers,
    }
  );
}

/** Returns the name of the file, or its URL. */
export const getCatalogTitle = (catalog: Catalog): string =>
  catalog.from === 'url' ? catalog.url : catalog.file.name;

/** Appends the catalog to a form. The file is the last field, because the server streams it. */
export function appendCatalog(form: FormData, catalog: Catalog): void {
  // The user corrects invalid links in the pasted list, so the server must not skip them.
  if (catalog.from === 'links') form.append('strict', 'true');
  if (catalog.from === 'url') form.append('catalog_url', catalog.url);
  else form.append('file', catalog.file);
}
