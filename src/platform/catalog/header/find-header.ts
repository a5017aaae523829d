import { countRecognizedNames } from '../columns/detect-columns.js';
import { HEAD_RECORDS } from '../records.js';

export interface HeaderRow {
  /** Index of the header record; undefined if the file starts with data. */
  index?: number;
  /** Number of image columns, and number of other columns, that were recognized by name alone. */
  imageColumnCount: number;
  otherColumnCount: number;
}

/**
 * Finds the header among the first records. Comments, titles and template lines may precede it. The header
 * is the record with the most known column names. Technical names take precedence over labels. If no name
 * is known, the header is the widest record before the first record with a URL.
 */
export function findHeader(records: readonly (readonly string[])[]): HeaderRow | undefined {
  const head = records.slice(0, HEAD_RECORDS);
  let bestRow: HeaderRow | undefined;
  let widestRow: { index: number; width: number; otherColumnCount: number } | undefined;
  for (const [index, cells] of head.entries()) {
    const width = cells.filter((cell) => cell.trim() !== '').length;
    if (width === 0) continue;
    if (cells.some(containsUrl) && !cells.every((cell) => !startsWithUrl(cell))) {
      return bestRow ?? toFallbackHeader(widestRow, index);
    }
    const { imageColumnCount, otherColumnCount } = countRecognizedNames(cells);
    const isBest =
      bestRow === undefined ||
      imageColumnCount + otherColumnCount > bestRow.imageColumnCount + bestRow.otherColumnCount;
    const areNamesBelowLabels =
      bestRow?.index === index - 1 &&
      imageColumnCount >= bestRow.imageColumnCount &&
      cells.every(isTechnicalName);
    if (imageColumnCount > 0 && (isBest || areNamesBelowLabels))
      bestRow = { index, imageColumnCount, otherColumnCount };
    const isWidest =
      widestRow === undefined ||
      otherColumnCount > widestRow.otherColumnCount ||
      (otherColumnCount === widestRow.otherColumnCount && width > widestRow.width);
    if (isWidest) widestRow = { index, width, otherColumnCount };
  }
  return bestRow ?? toFallbackHeader(widestRow, undefined);
}

function toFallbackHeader(
  widestRow: { index: number; otherColumnCount: number } | undefined,
  firstDataIndex: number | undefined,
): HeaderRow | undefined {
  if (widestRow !== undefined)
    return {
      index: widestRow.index,
      imageColumnCount: 0,
      otherColumnCount: widestRow.otherColumnCount,
    };
  return firstDataIndex === undefined ? undefined : { imageColumnCount: 0, otherColumnCount: 0 };
}

/** Names such as `item_sku` or `item_name[language_tag=en_US]#1.value`, which marketplaces write below the labels. */
const isTechnicalName = (cell: string): boolean =>
  /^(?:[a-z][\w.:#=[\]-]{0,254})?$/.test(cell.trim()) || cell.trim().startsWith('::');

const containsUrl = (cell: string): boolean => /https?:\/\//i.test(cell);

/** Returns true for a URL or a list of URLs, and false for a sentence that mentions a URL. */
const startsWithUrl = (cell: string): boolean =>
  /^[\s"'[({<=]*(?:[A-Z]+\(")?(?:https?:)?\/\//i.test(cell);
