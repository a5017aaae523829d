import { ApiError, NOT_RESPONDING } from '../api/client.js';
import { linksToCsv } from './links-to-csv.js';

/** A product file, and where it came from. Only the first is a file that the person has. */
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

/** Nothing when there is no link in the text. */
export function linksCatalog(text: string): Catalog | undefined {
  const list = linksToCsv(text);
  return list && { from: 'links', file: csvFile(list.csv, 'pasted-links.csv'), lines: list.lines };
}

/** The name of the file, or its link. */
export const titleOf = (catalog: Catalog): string =>
  catalog.from === 'url' ? catalog.url : catalog.file.name;

/** The form fields that carry it. The server reads the file as it comes, so it is the last field. */
export function appendCatalog(form: FormData, catalog: Catalog): void {
  // Pasted links are corrected in their list instead of being left out.
  if (catalog.from === 'links') form.append('strict', 'true');
  if (catalog.from === 'url') form.append('catalog_url', catalog.url);
  else form.append('file', catalog.file);
}
