import type { CatalogRow } from '../catalog-row.js';
import { cleanName, cleanValue } from './clean-name.js';
import { DistinctNames } from './distinct-names.js';

/** Text, a placeholder, a value of the row, or a cell of the row. */
export type NamePart =
  string | { value: 'serial' | 'name' | 'row' | 'position' } | { column: number };

/**
 * Maximum size of the texts in a name, in bytes of UTF-8. The remaining bytes up to 255 are reserved for the
 * number, output, width, height and extension.
 */
const MAX_TEXT_BYTES = 150;

/**
 * Names the images of one product file. The names depend only on the rows, so the same file always has the same
 * names.
 */
export class RowFileNames {
  private readonly names = new DistinctNames();
  /** Maximum size of each value, in bytes. Prevents a long value from displacing the fields that follow it. */
  private readonly maxValueBytes: number;

  constructor(private readonly parts: readonly NamePart[]) {
    const texts = parts.filter((part) => typeof part === 'string');
    const valueCount = parts.length - texts.length;
    const availableBytes = MAX_TEXT_BYTES - Buffer.byteLength(texts.join(''));
    this.maxValueBytes = Math.floor(availableBytes / Math.max(1, valueCount));
  }

  /**
   * Returns the names of a row's images, in order and without extensions. They differ from all previous names and
   * may contain placeholders, which `formatOutputFileName` replaces. Call this method with the rows in file order.
   */
  nameImages(row: CatalogRow): string[] {
    return row.images.map((_, i) => {
      const name = cleanName(this.parts.map((part) => this.renderPart(part, row, i + 1)).join(''));
      return this.names.addName(name || 'image');
    });
  }

  private renderPart(part: NamePart, row: CatalogRow, position: number): string {
    if (typeof part === 'string') return part;
    return cleanValue(getPartText(row, part, position), this.maxValueBytes);
  }
}

function getPartText(row: CatalogRow, part: Exclude<NamePart, string>, position: number): string {
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
