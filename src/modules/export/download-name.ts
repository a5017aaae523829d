import { sanitizeFileName } from '../../platform/http/file-names.js';

const KNOWN_EXTENSION = /\.(?:csv|tsv|tab|txt|xlsx|xlsm|xml|rss|atom)$/i;
const MAX_BASE_NAME_LENGTH = 100;

/** Formats the name of a download: `Summer sale-compressed.csv` for `Summer sale.csv` and the kind `compressed`. */
export function formatDownloadName(
  uploadedName: string,
  kind: 'compressed' | 'errors',
  extension: 'csv' | 'xlsx' | 'zip' = 'csv',
): string {
  const base = sanitizeFileName(
    uploadedName.replace(KNOWN_EXTENSION, ''),
    MAX_BASE_NAME_LENGTH,
    'catalog',
  );
  return `${base}-${kind}.${extension}`;
}
