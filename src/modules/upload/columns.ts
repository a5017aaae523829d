import type { ColumnMapping } from '../../platform/database/entities/processing-request.entity.js';

export type ColumnName = keyof ColumnMapping;

/**
 * What each column may be called, best first: a name of an earlier line is taken before one of a
 * later line, wherever it stands. Compared without case, spaces and punctuation.
 */
export const COLUMN_ALIASES: Record<ColumnName, readonly (readonly string[])[]> = {
  serial_number: [
    ['S. No.', 'Sr No', 'Sl No', 'Serial Number', 'Serial No', 'Serial'],
    ['#', 'No', 'Nr', 'Number', 'ID', 'Item No', 'Item Number', 'Product ID'],
  ],
  product_name: [
    ['Product Name'],
    ['Name', 'Product', 'Product Title', 'Item Name', 'Title'],
    ['SKU', 'Product SKU', 'Item'],
  ],
  input_image_urls: [
    ['Input Image Urls', 'Input Image Url', 'Input Urls'],
    ['Image Urls', 'Image Url', 'Images', 'Image', 'Image Links', 'Image Link', 'Image Src'],
    ['Urls', 'Url', 'Pictures', 'Picture Urls', 'Photos', 'Photo Urls', 'Links', 'Link'],
  ],
};

/** Letters and digits alone. `#` has neither, and stands for "number". */
export const columnKey = (name: string): string =>
  name.trim() === '#'
    ? '#'
    : name
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '');

export interface ColumnsFound {
  /** Position of each column that was found, from 0. */
  index: Partial<Record<ColumnName, number>>;
  missing: ColumnName[];
  /** Columns that could have been meant just as well: the first was taken. */
  ambiguous: { column: ColumnName; taken: string; left: string[] }[];
}

export function mapColumns(header: readonly string[]): ColumnsFound {
  const keys = header.map(columnKey);
  const found: ColumnsFound = { index: {}, missing: [], ambiguous: [] };
  for (const column of Object.keys(COLUMN_ALIASES) as ColumnName[]) {
    const candidates = COLUMN_ALIASES[column]
      .map((aliases) => {
        const wanted = new Set(aliases.map(columnKey));
        return keys.flatMap((key, at) => (wanted.has(key) ? [at] : []));
      })
      .find((positions) => positions.length > 0);
    if (candidates === undefined) {
      found.missing.push(column);
      continue;
    }
    found.index[column] = candidates[0]!;
    if (candidates.length > 1) {
      const [taken, ...left] = candidates.map((at) => header[at]);
      found.ambiguous.push({ column, taken: taken, left });
    }
  }
  return found;
}
