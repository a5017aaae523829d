const EXTENSION = /\.(?:csv|tsv|tab|txt|xlsx|xlsm|xml|rss|atom)$/i;
const MAX_LENGTH = 100;

/** `Summer sale.csv` and `compressed` make `Summer sale-compressed.csv`. */
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
