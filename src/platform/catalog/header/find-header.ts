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
  let bestRow: HeaderRow | undefined;
  let widestRow: { index: number; width: number; otherCount: number } | undefined;
  for (const [index, cells] of head.entries()) {
    const width = cells.filter((cell) => cell.trim() !== '').length;
    if (width === 0) continue;
    if (cells.some(containsUrl) && !cells.every((cell) => !isLink(cell))) {
      return bestRow ?? toFallbackHeader(widestRow, index);
    }
    const { imageCount, otherCount } = countRecognizedNames(cells);
    const isBest =
      bestRow === undefined || imageCount + otherCount > bestRow.imageCount + bestRow.otherCount;
    const areNamesBelowLabels =
      bestRow?.index === index - 1 &&
      imageCount >= bestRow.imageCount &&
      cells.every(isTechnicalName);
    if (imageCount > 0 && (isBest || areNamesBelowLabels))
      bestRow = { index, imageCount, otherCount };
    const isWidest =
      widestRow === undefined ||
      otherCount > widestRow.otherCount ||
      (otherCount === widestRow.otherCount && width > widestRow.width);
    if (isWidest) widestRow = { index, width, otherCount };
  }
  return bestRow ?? toFallbackHeader(widestRow, undefined);
}

function toFallbackHeader(
  widestRow: { index: number; otherCount: number } | undefined,
  firstDataIndex: number | undefined,
): HeaderRow | undefined {
  if (widestRow !== undefined)
    return { index: widestRow.index, imageCount: 0, otherCount: widestRow.otherCount };
  return firstDataIndex === undefined ? undefined : { imageCount: 0, otherCount: 0 };
}

/** Names such as `item_sku` or `item_name[language_tag=en_US]#1.value`, which marketplaces write below the labels. */
const isTechnicalName = (cell: string): boolean =>
  /^(?:[a-z][\w.:#=[\]-]{0,254})?$/.test(cell.trim()) || cell.trim().startsWith('::');

const containsUrl = (cell: string): boolean => /https?:\/\//i.test(cell);

/** Returns true for a URL or a list of URLs, and false for a sentence that mentions a URL. */
const isLink = (cell: string): boolean => /^[\s"'[({<=]*(?:[A-Z]+\(")?(?:https?:)?\/\//i.test(cell);
