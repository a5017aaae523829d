const EXTENSION = /\.(?:csv|tsv|tab|txt|xlsx|xlsm|xml|rss|atom)$/i;
const MAX_LENGTH = 100;

/** Returns `Summer sale-compressed.csv` for `Summer sale.csv` and `compressed`. */
export function downloadName(
  uploaded: string,
  what: 'compressed' | 'errors',
  extension: 'csv' | 'xlsx' | 'zip' = 'csv',
): string {
  const base = uploaded
    .replace(EXTENSION, '')
    .replace(/[\p{C}/\\]/gu, '')
    .trim();
  return `${Array.from(base).slice(0, MAX_LENGTH).join('') || 'catalog'}-${what}.${extension}`;
}
