import { sanitizeFileName } from '../../platform/http/file-names.js';

const EXTENSION = /\.(?:csv|tsv|tab|txt|xlsx|xlsm|xml|rss|atom)$/i;
const MAX_LENGTH = 100;

/** Returns `Summer sale-compressed.csv` for `Summer sale.csv` and `compressed`. */
export function downloadName(
  uploaded: string,
  what: 'compressed' | 'errors',
  extension: 'csv' | 'xlsx' | 'zip' = 'csv',
): string {
  const base = sanitizeFileName(uploaded.replace(EXTENSION, ''), MAX_LENGTH, 'catalog');
  return `${base}-${what}.${extension}`;
}
