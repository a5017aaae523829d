import { looksLikeImage } from '../columns/column-content.js';
import { classifyColumnName } from '../columns/image-column-names.js';
import { resolveShareLink } from '../image-cell/share-links.js';
import { parseColumn, parseRow } from './cell-position.js';
import { parsePart } from './xml-part.js';
import { MAX_RELATIONSHIPS, readRelationships, getRelationshipId, type Sheet } from './workbook.js';
import { getRelationshipsPath, type XlsxPackage } from './xlsx-package.js';
import type { SheetRow } from './sheet-parser.js';
import { isUrl } from '../../url/parse-url.js';

/** Minimum share of links to images in a column whose header is not recognized. */
const MIN_IMAGE_SHARE = 0.5;

/** Link targets of the cells in a sheet, by column and row. */
type LinkTargets = Map<number, Map<number, string>>;

/**
 * Hyperlinks of cells that show text such as "View photo". They are read only in image columns. A product name
 * that links to the product page therefore remains a name.
 */
export class SheetLinks {
  private columns?: number[];

  private constructor(private readonly links: LinkTargets) {}

  static async readLinks(parts: XlsxPackage, sheet: Sheet): Promise<SheetLinks> {
    const links: LinkTargets = new Map();
    if (!parts.hasPart(getRelationshipsPath(sheet.path))) return new SheetLinks(links);
    const relationships = await readRelationships(parts, sheet.path);
    const hasLinks = [...relationships.values()].some(({ type }) => type.endsWith('/hyperlink'));
    // The part lists the links after all rows, so it is read twice.
    if (hasLinks) {
      let count = 0;
      await parsePart(parts, sheet.path, {
        onOpenTag(name, attributes) {
          if (name !== 'hyperlink' || ++count > MAX_RELATIONSHIPS) return;
          const target = relationships.get(getRelationshipId(attributes))?.target;
          const reference = attributes.ref ?? '';
          const column = parseColumn(reference);
          if (target === undefined || column === undefined) return;
          const cells = links.get(column) ?? new Map<number, string>();
          cells.set(parseRow(reference), target);
          links.set(column, cells);
        },
      });
    }
    return new SheetLinks(links);
  }

  /** Selects the columns whose links are read, based on the first rows. */
  selectColumns(head: readonly SheetRow[]): void {
    this.columns = [...this.links].flatMap(([column, cells]) =>
      isImageColumn(column, cells, head) ? [column] : [],
    );
  }

  /** Inserts the link target into each cell whose text is not a URL. */
  insertLinks({ number, cells }: SheetRow): void {
    for (const column of this.columns ?? []) {
      const target = this.links.get(column)?.get(number);
      const text = cells[column] ?? '';
      if (target === undefined || /:\/\/|^\s*(?:www\.|=)/i.test(text)) continue;
      while (cells.length < column) cells.push('');
      cells[column] = target;
    }
  }
}

function isImageColumn(
  column: number,
  links: ReadonlyMap<number, string>,
  head: readonly SheetRow[],
): boolean {
  const hasImageName = head.some(
    ({ number, cells }) =>
      !links.has(number) && classifyColumnName(cells[column] ?? '') === 'image',
  );
  if (hasImageName) return true;
  const targets = [...links.values()].slice(0, 200);
  const imageTargets = targets.filter((target) => {
    const url = resolveShareLink(target)?.url ?? target;
    return isUrl(url) && looksLikeImage(url);
  });
  return imageTargets.length > 0 && imageTargets.length >= targets.length * MIN_IMAGE_SHARE;
}
