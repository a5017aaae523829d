import { looksLikeImage } from '../columns/column-content.js';
import { imageNameStrength } from '../columns/image-column-names.js';
import { resolveShareLink } from '../image-cell/share-links.js';
import { parseColumn, parseRow } from './cell-position.js';
import { parsePart } from './xml-part.js';
import { MAX_RELATIONSHIPS, readRelationships, relationshipId, type Sheet } from './workbook.js';
import { relationshipsPath, type XlsxPackage } from './xlsx-package.js';
import type { SheetRow } from './sheet-parser.js';
import { isUrl } from '../../url/parse-url.js';

/** Minimum share of a column's links that lead to images, if its header is not known. */
const MIN_IMAGE_SHARE = 0.5;

/** Link targets of the cells of a sheet, by column and row. */
type Links = Map<number, Map<number, string>>;

/**
 * The hyperlinks of a sheet whose cells show another text ("View photo"). They are read only for
 * image columns: a product name that links to its page remains a name.
 */
export class SheetLinks {
  private columns?: number[];

  private constructor(private readonly links: Links) {}

  static async read(parts: XlsxPackage, sheet: Sheet): Promise<SheetLinks> {
    const links: Links = new Map();
    if (!parts.has(relationshipsPath(sheet.path))) return new SheetLinks(links);
    const relations = await readRelationships(parts, sheet.path);
    const hasLinks = [...relations.values()].some(({ type }) => type.endsWith('/hyperlink'));
    // The links follow all rows in the part. The part is therefore read twice.
    if (hasLinks) {
      let count = 0;
      await parsePart(parts, sheet.path, {
        open(name, attributes) {
          if (name !== 'hyperlink' || ++count > MAX_RELATIONSHIPS) return;
          const target = relations.get(relationshipId(attributes))?.target;
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

  /** Inserts the link target if a cell's text is not a URL. */
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
  const isNamed = head.some(
    ({ number, cells }) => !links.has(number) && imageNameStrength(cells[column] ?? '') === 'image',
  );
  if (isNamed) return true;
  const targets = [...links.values()].slice(0, 200);
  const images = targets.filter((target) => {
    const url = resolveShareLink(target)?.url ?? target;
    return isUrl(url) && looksLikeImage(url);
  });
  return images.length > 0 && images.length >= targets.length * MIN_IMAGE_SHARE;
}
