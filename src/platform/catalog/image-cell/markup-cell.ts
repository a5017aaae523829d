import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { resolveEntry } from './resolve-entry.js';

/**
 * Reads `=IMAGE("…")` and `=HYPERLINK("…","…")` with a function name of any language. For a link around an
 * image, the image wins. Undefined if the cell is not a formula.
 */
export function parseFormulaCell(
  cell: string,
  context: ImageCellContext,
): ImageEntry[] | undefined {
  const text = cell.trimStart();
  if (!/^[=+@]\s*[\p{L}_.]+\s*\(/u.test(text.slice(0, 64))) return undefined;
  const image = /\b(?:IMAGE|IMAGEN|BILD|IMMAGINE|AFBEELDING|OBRAZ|IMAGEM)\s*\(\s*/i.exec(text);
  const from =
    cell.length - text.length + (image ? image.index + image[0].length : text.indexOf('('));
  const open = cell.indexOf('"', from);
  const close = open < 0 ? -1 : cell.indexOf('"', open + 1);
  if (close < 0) {
    const message =
      'The formula refers to other cells. Export the sheet with the URL itself in this column.';
    const fault = { code: 'formula_without_url', message } as const;
    return [{ start: 0, end: cell.length, fault, escaping: 'none' }];
  }
  return [entryAt(cell, open + 1, close, context, undefined)];
}

/** Maximum length of `<img …>`, in characters. */
const MAX_TAG_LENGTH = 16 * 1024;

/** Reads the sources of the `<img>` elements in an HTML cell. Undefined if there are none. */
export function parseHtmlCell(cell: string, context: ImageCellContext): ImageEntry[] | undefined {
  const lower = cell.toLowerCase();
  const entries: ImageEntry[] = [];
  for (let at = lower.indexOf('<img'); at >= 0;) {
    const end = lower.indexOf('>', at);
    if (end < 0) break;
    const tag = cell.slice(at, Math.min(end, at + MAX_TAG_LENGTH));
    const tagAt = at;
    at = lower.indexOf('<img', end);
    const source = /\ssrc\s{0,8}=\s{0,8}(["'])/i.exec(tag);
    if (source === null) continue;
    const open = tagAt + source.index + source[0].length;
    const close = cell.indexOf(source[1], open);
    if (close < 0) continue;
    entries.push(entryAt(cell, open, close, context, entries[0]?.url));
  }
  return entries.length > 0 ? entries : undefined;
}

function entryAt(
  cell: string,
  start: number,
  end: number,
  context: ImageCellContext,
  first: string | undefined,
): ImageEntry {
  const { url, fault, html } = resolveEntry(cell.slice(start, end), context, first);
  return { start, end, url, fault, escaping: html ? 'html' : 'none' };
}
