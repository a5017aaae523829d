import type { CatalogRow } from '../catalog-row.js';
import { cleanName, cleanValue } from './clean-name.js';
import { DistinctNames } from './distinct-names.js';

/** Text, a placeholder, a value of the row, or a cell of the row. */
export type NamePart =
  string | { value: 'serial' | 'name' | 'row' | 'position' } | { column: number };

/**
 * Maximum size of the texts of a name, in bytes of UTF-8. The rest of 255 bytes is for the number, output, width,
 * height and extension.
 */
const MAX_TEXT_BYTES = 150;

/**
 * Names the images of the rows of one product file. The names depend on the rows alone, so the same file always
 * has the same ones.
 */
export class RowFileNames {
  private readonly names = new DistinctNames();
  /** Maximum size of each value, so that a long one does not remove the fields after it. */
  private readonly maxBytes: number;

  constructor(private readonly parts: readonly NamePart[]) {
    const texts = parts.filter((part) => typeof part === 'string');
    const values = parts.length - texts.length;
    const free = MAX_TEXT_BYTES - Buffer.byteLength(texts.join(''));
    this.maxBytes = Math.floor(free / Math.max(1, values));
  }

  /**
   * Returns the names of the images of a row, in their order, without extension. They differ from all names before,
   * and may have placeholders (`outputFileName` replaces them). Rows must come in the order of the file.
   */
  nameImages(row: CatalogRow): string[] {
    return row.images.map((_, i) => {
      const name = cleanName(this.parts.map((part) => this.renderPart(part, row, i + 1)).join(''));
      return this.names.add(name || 'image');
    });
  }

  private renderPart(part: NamePart, row: CatalogRow, position: number): string {
    if (typeof part === 'string') return part;
    return cleanValue(textIn(row, part, position), this.maxBytes);
  }
}

function textIn(row: CatalogRow, part: Exclude<NamePart, string>, position: number): string {
  if ('column' in part) return row.cells[part.column] ?? '';
  switch (part.value) {
    case 'serial':
      return row.serialNumber;
    case 'name':
      return row.productName;
    case 'row':
      return String(row.row);
    default:
      return String(position);
  }
}
