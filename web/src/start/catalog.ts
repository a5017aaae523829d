import { ApiError, NOT_RESPONDING } from '../api/client.js';
import { linksToCsv } from './links-to-csv.js';

/** A CSV to look at, and where it came from: only the first is a file that the person has. */
export type Catalog =
  | { from: 'disk'; file: File }
  | { from: 'sample'; file: File }
  | { from: 'links'; file: File; lines: number[] };

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
