import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { resolveEntry } from './resolve-entry.js';

/**
 * Parses `=IMAGE("…")` and `=HYPERLINK("…","…")` with function names in any language. If a link contains an
 * image, the image is used. Returns undefined if the cell is not a formula.
 */
export function parseFormulaCell(
  cell: string,
  context: ImageCellContext,
): ImageEntry[] | undefined {
  const text = cell.trimStart();
  if (!/^[=+@]\s*[\p{L}_.]+\s*\(/u.test(text.slice(0, 64))) return undefined;
  const image = /\b(?:IMAGE|IMAGEN|BILD|IMMAGINE|AFBEELDING|OBRAZ|IMAGEM)\s*\(\s*/i.exec(text);
  const argumentStart =
    cell.length - text.length + (image ? image.index + image[0].length : text.indexOf('('));
  const openIndex = cell.indexOf('"', argumentStart);
  const closeIndex = openIndex < 0 ? -1 : cell.indexOf('"', openIndex + 1);
  if (closeIndex < 0) {
    const message =
      'The formula refers to other cells. Replace the formula with the URL of the image.';
    const fault = { code: 'formula_without_url', message } as const;
    return [{ start: 0, end: cell.length, fault, escaping: 'none' }];
  }
  return [createEntry(cell, openIndex + 1, closeIndex, context, undefined)];
}

/** Maximum length of `<img …>`, in characters. */
const MAX_TAG_LENGTH = 16 * 1024;

/** Parses the sources of the `<img>` elements in an HTML cell. Returns undefined if there are none. */
export function parseHtmlCell(cell: string, context: ImageCellContext): ImageEntry[] | undefined {
  const lowerCell = cell.toLowerCase();
  const entries: ImageEntry[] = [];
  for (let nextTagStart = lowerCell.indexOf('<img'); nextTagStart >= 0;) {
    const tagStart = nextTagStart;
    const end = lowerCell.indexOf('>', tagStart);
    if (end < 0) break;
    const tag = cell.slice(tagStart, Math.min(end, tagStart + MAX_TAG_LENGTH));
    nextTagStart = lowerCell.indexOf('<img', end);
    const sourceAttribute = /\ssrc\s{0,8}=\s{0,8}(["'])/i.exec(tag);
    if (sourceAttribute === null) continue;
    const openIndex = tagStart + sourceAttribute.index + sourceAttribute[0].length;
    const closeIndex = cell.indexOf(sourceAttribute[1], openIndex);
    if (closeIndex < 0) continue;
    entries.push(createEntry(cell, openIndex, closeIndex, context, entries[0]?.url));
  }
  return entries.length > 0 ? entries : undefined;
}

function createEntry(
  cell: string,
  start: number,
  end: number,
  context: ImageCellContext,
  firstUrl: string | undefined,
): ImageEntry {
  const { url, fault, isHtmlEscaped } = resolveEntry(cell.slice(start, end), context, firstUrl);
  return { start, end, url, fault, escaping: isHtmlEscaped ? 'html' : 'none' };
}
