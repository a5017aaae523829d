import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { parseJsonCell } from './json-cell.js';
import { parseFormulaCell, parseHtmlCell } from './markup-cell.js';
import { isPlaceholder } from './placeholders.js';
import { parsePlainCell } from './plain-cell.js';
import { resolveShareLink } from './share-links.js';
import { findUrlFault } from './url-syntax.js';

/** Separator before another unquoted URL. */
const SEPARATOR_BEFORE_URL = /[,;|\n] ?(?=https?:\/\/)/g;
/** A character that requires one of the full parsers. */
const NEEDS_PARSING = /[\s,;|"'`<>()[\]{}!&\u00AD\u200B-\u200F\u2060\uFEFF]/;

/**
 * Parses the image references in a cell, in order. Each entry has its position in the cell. Returns an empty
 * list for empty cells and placeholders (`N/A`, `no_selection`).
 *
 * The same cell and context always result in the same entries. The export relies on this when it parses the
 * cell again to replace the URLs with the output URLs.
 */
export function parseImageCell(cell: string, context: ImageCellContext = {}): ImageEntry[] {
  if (cell === '') return [];
  const simpleEntries = parseSimpleList(cell);
  if (simpleEntries !== undefined) return simpleEntries;
  const text = cell.replaceAll(/[\u200B\u2060]/g, '').trim();
  if (text === '' || isPlaceholder(text)) return [];
  return (
    parseJsonCell(cell, context) ??
    parseFormulaCell(cell, context) ??
    parseHtmlCell(cell, context) ??
    parsePlainCell(cell, context)
  );
}

/** Parses the most common cells quickly: one URL, or URLs with single separators. Undefined for other cells. */
function parseSimpleList(cell: string): ImageEntry[] | undefined {
  if (!cell.startsWith('http')) return undefined;
  const entries: ImageEntry[] = [];
  for (let start = 0; ;) {
    SEPARATOR_BEFORE_URL.lastIndex = start;
    const separator = SEPARATOR_BEFORE_URL.exec(cell);
    const end = separator?.index ?? cell.length;
    const entry = parseSimpleUrl(cell, start, end);
    if (entry === undefined) return undefined;
    entries.push(entry);
    if (separator === null) return entries;
    start = end + separator[0].length;
  }
}

function parseSimpleUrl(cell: string, start: number, end: number): ImageEntry | undefined {
  const url = cell.slice(start, end);
  if (!/^https?:\/\//.test(url) || NEEDS_PARSING.test(url)) return undefined;
  // A colon in the path may precede a color. A colon before the path precedes a port.
  const pathIndex = url.indexOf('/', 8);
  if (url.indexOf(':', Math.max(8, pathIndex)) >= 0 || resolveShareLink(url) !== undefined)
    return undefined;
  const fault = findUrlFault(url);
  return { start, end, escaping: 'none', ...(fault ? { fault } : { url }) };
}
