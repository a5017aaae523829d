import { countRecognizedNames } from '../columns/detect-columns.js';
import { HEAD_RECORDS } from '../records.js';

export interface HeaderRow {
  /** Index of the header record; undefined if the file starts with data. */
  index?: number;
  /** Number of image columns and of other columns that were recognized by name alone. */
  imageCount: number;
  otherCount: number;
}

/**
 * Finds the header among the first records. Comments, titles and template lines may precede it. The header
 * is the record with the most known column names. Technical names take precedence over labels. If no name
 * is known, the header is the widest record before the first record with a URL.
 */
export function findHeader(records: readonly (readonly string[])[]): HeaderRow | undefined {
  const head = records.slice(0, HEAD_RECORDS);
  let best: HeaderRow | undefined;
  let widest: { index: number; width: number; otherCount: number } | undefined;
  for (const [index, cells] of head.entries()) {
    const width = cells.filter((cell) => cell.trim() !== '').length;
    if (width === 0) continue;
    if (cells.some(containsUrl) && !cells.every((cell) => !isLink(cell))) {
      return best ?? toFallbackHeader(widest, index);
    }
    const { imageCount, otherCount } = countRecognizedNames(cells);
    const isBest =
      best === undefined || imageCount + otherCount > best.imageCount + best.otherCount;
    const areNamesBelowLabels =
      best?.index === index - 1 && imageCount >= best.imageCount && cells.every(isTechnicalName);
    if (imageCount > 0 && (isBest || areNamesBelowLabels)) best = { index, imageCount, otherCount };
    const isWidest =
      widest === undefined ||
      otherCount > widest.otherCount ||
      (otherCount === widest.otherCount && width > widest.width);
    if (isWidest) widest = { index, width, otherCount };
  }
  return best ?? toFallbackHeader(widest, undefined);
}

function toFallbackHeader(
  widest: { index: number; otherCount: number } | undefined,
  firstDataIndex: number | undefined,
): HeaderRow | undefined {
  if (widest !== undefined)
    return { index: widest.index, imageCount: 0, otherCount: widest.otherCount };
  return firstDataIndex === undefined ? undefined : { imageCount: 0, otherCount: 0 };
}

/** Names such as `item_sku` or `item_name[language_tag=en_US]#1.value`, which marketplaces write below the labels. */
const isTechnicalName = (cell: string): boolean =>
  /^(?:[a-z][\w.:#=[\]-]{0,254})?$/.test(cell.trim()) || cell.trim().startsWith('::');

const containsUrl = (cell: string): boolean => /https?:\/\//i.test(cell);

/** Returns true for a URL or a list of URLs, and false for a sentence that mentions a URL. */
const isLink = (cell: string): boolean => /^[\s"'[({<=]*(?:[A-Z]+\(")?(?:https?:)?\/\//i.test(cell);
