import { countRecognizedNames } from '../columns/detect-columns.js';
import { HEAD_RECORDS } from '../records.js';

export interface HeaderRow {
  /** Position among the records; undefined when the file starts with data. */
  index?: number;
  /** Number of image columns, and of other columns, recognized by name alone. */
  images: number;
  others: number;
}

/**
 * Finds the header among the first records. Comments, titles and template lines may precede it. The header
 * is the record with the most known column names. Technical names win over a line of labels. If no name is
 * known, the header is the widest record before the first one with a URL.
 */
export function findHeader(records: readonly (readonly string[])[]): HeaderRow | undefined {
  const head = records.slice(0, HEAD_RECORDS);
  let best: HeaderRow | undefined;
  let widest: { index: number; width: number; others: number } | undefined;
  for (const [index, cells] of head.entries()) {
    const width = cells.filter((cell) => cell.trim() !== '').length;
    if (width === 0) continue;
    if (cells.some(holdsUrl) && !cells.every((cell) => !isLink(cell))) {
      return best ?? withoutImageName(widest, index);
    }
    const { images, others } = countRecognizedNames(cells);
    const isBest = best === undefined || images + others > best.images + best.others;
    const isNamesBelowLabels =
      best?.index === index - 1 && images >= best.images && cells.every(isTechnicalName);
    if (images > 0 && (isBest || isNamesBelowLabels)) best = { index, images, others };
    const isBetter =
      widest === undefined ||
      others > widest.others ||
      (others === widest.others && width > widest.width);
    if (isBetter) widest = { index, width, others };
  }
  return best ?? withoutImageName(widest, undefined);
}

function withoutImageName(
  widest: { index: number; others: number } | undefined,
  firstData: number | undefined,
): HeaderRow | undefined {
  if (widest !== undefined) return { index: widest.index, images: 0, others: widest.others };
  return firstData === undefined ? undefined : { images: 0, others: 0 };
}

/** `item_sku`, `item_name[language_tag=en_US]#1.value`: marketplaces write them below the human-readable label. */
const isTechnicalName = (cell: string): boolean =>
  /^(?:[a-z][\w.:#=[\]-]{0,254})?$/.test(cell.trim()) || cell.trim().startsWith('::');

const holdsUrl = (cell: string): boolean => /https?:\/\//i.test(cell);

/** A cell that is a URL or a list of them, unlike a sentence that mentions one. */
const isLink = (cell: string): boolean => /^[\s"'[({<=]*(?:[A-Z]+\(")?(?:https?:)?\/\//i.test(cell);
