import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { hasImageExtension, isRelativeImagePath } from './image-extension.js';
import { EntryList } from './entry-list.js';
import {
  closingPosition,
  indexWithin,
  isSeparator,
  pieceAfter,
  splitPieces,
  trimRange,
  withoutSeparators,
} from './cell-pieces.js';
import { isPlaceholder } from './placeholders.js';
import { findUrlEnd, urlStarts, withoutLineBreakTag } from './url-starts.js';

const CLOSING: Record<string, string> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '<': '>',
  '(': ')',
  '[': ']',
  '{': '}',
};
/** Alt text and title that a product plug-in adds to an image: `URL ! alt : … ! title : …`. */
const ANNOTATION = ' ! ';

/** Maximum number of quotes and brackets around a whole cell. */
const MAX_WRAPPINGS = 8;

/**
 * Reads a cell that holds one or several references as plain text, separated by `,` `;` `|`, line
 * breaks, white space or ` ! `. A separator counts only if another reference follows. A comma inside a URL
 * is therefore kept.
 */
export function parsePlainCell(cell: string, context: ImageCellContext): ImageEntry[] {
  const list = new EntryList(cell, context);
  const [from, to] = withoutWrapping(cell);
  const starts = urlStarts(cell.slice(from, to)).map((at) => at + from);
  if (starts.length === 0) addPieces(list, cell, from, to);
  else addBefore(list, cell, from, starts[0]);
  for (const [i, start] of starts.entries()) {
    addUrl(list, cell, start, starts[i + 1] ?? to, i === starts.length - 1);
  }
  return list.entries;
}

/** Text before the first URL: a label (`front.jpg (https://…`), empty list items, or other references. */
function addBefore(list: EntryList, cell: string, from: number, start: number): void {
  const [, end] = trimRange(cell, from, start);
  if (end === from) return;
  const last = cell[end - 1];
  if (last in CLOSING || last === ':' || last === '=') return;
  if (isSeparator(cell, end - 1)) addPieces(list, cell, from, end - 1);
}

/** Reads the reference that starts at `start`, and the text up to the next URL. */
function addUrl(list: EntryList, cell: string, start: number, next: number, isLast: boolean): void {
  const end = urlEnd(cell, start, next);
  list.add(start, colorSuffix(cell, start, end));
  addRest(list, cell, end, next, isLast);
}

function urlEnd(cell: string, start: number, next: number): number {
  const annotation = indexWithin(cell, ANNOTATION, start, next);
  const limit = annotation < 0 ? next : annotation;
  const closing = CLOSING[cell[start - 1] ?? ''];
  if (closing !== undefined) {
    const close = closingPosition(cell, start, limit, cell[start - 1], closing);
    if (close >= 0) return close;
  }
  if (annotation >= 0) return annotation;
  let pathEnd = limit;
  for (let at = start; at < limit; at++) {
    if (pathEnd === limit && (cell[at] === '?' || cell[at] === '#')) pathEnd = at;
    if (isSeparator(cell, at) && endsUrl(cell, start, at, Math.min(at, pathEnd), limit)) {
      return withoutSeparators(cell, start, at);
    }
  }
  return trimSeparators(cell, start, limit);
}

/** Decides whether the separator at `at` ends the URL before it, or is a character of it. */
function endsUrl(cell: string, start: number, at: number, pathEnd: number, limit: number): boolean {
  if (/[\r\n]/.test(cell[at])) return true;
  if (cell[at] === ';' && /&(?:[a-z]{2,6}|#\w{2,6})$/i.test(cell.slice(at - 8, at))) return false;
  const [from, to] = pieceAfter(cell, at + 1, limit);
  if (from === to) return false;
  const piece = cell.slice(from, to);
  const isWhole = hasImageExtension(cell.slice(Math.max(start, pathEnd - 16), pathEnd).trimEnd());
  if (!isWhole) return false;
  const isSpaced = from > at + 1;
  const isEmpty = piece.length > 1 && isPlaceholder(piece);
  // Image services accept `|` in a query: `a.jpg?trim=10|20`.
  const isBar = cell[at] === '|' && at === pathEnd;
  return isRelativeImagePath(piece) || isSpaced || isEmpty || isBar;
}

/** Reads references, empty list items and annotations between the end of a URL and the next URL. */
function addRest(list: EntryList, cell: string, end: number, next: number, isLast: boolean): void {
  let empty = -1;
  let at = end;
  const annotated = indexWithin(cell, ANNOTATION, end, next) === end;
  while (at < next) {
    if (!isSeparator(cell, at)) {
      at++;
      continue;
    }
    const lineBreak = /[\r\n]/.test(cell[at]);
    const [from, to] = pieceAfter(cell, at + 1, next);
    if (from === to) {
      if (!lineBreak) empty++;
    } else if (!annotated && isReference(cell.slice(from, to))) {
      list.addEmpty(at, Math.max(0, empty));
      empty = -1;
      list.add(from, to);
    }
    at = Math.max(at + 1, to);
  }
  if (!isLast && !annotated) list.addEmpty(end, Math.max(0, empty));
}

const isReference = (piece: string): boolean =>
  isRelativeImagePath(piece) || /^\.{0,2}\/[^\s/]/.test(piece);

/** Reads a cell, or a part of one, in which no URL starts. */
function addPieces(list: EntryList, cell: string, from: number, to: number): void {
  const pieces = splitPieces(cell, from, to);
  const named = pieces.some(([start, end]) => isReference(cell.slice(start, end)));
  const listed = named || pieces.every(([start, end]) => !/\s/.test(cell.slice(start, end)));
  if (!listed || /^data:/i.test(cell.slice(from, from + 5))) {
    list.add(from, to);
    return;
  }
  for (const [start, end] of pieces) {
    if (start === end) list.addEmpty(start, 1);
    else if (!isPlaceholder(cell.slice(start, end))) list.add(start, end);
  }
}

/** `…/mug.jpg:Red` names the color of the image. @returns the end of the URL */
function colorSuffix(cell: string, start: number, end: number): number {
  const colon = start + cell.slice(start, end).lastIndexOf(':');
  if (colon <= start + 8 || /[/?#]/.test(cell.slice(colon, end))) return end;
  const path = cell.slice(start, colon);
  return path.includes('?') || !hasImageExtension(path) ? end : colon;
}

function trimSeparators(cell: string, start: number, limit: number): number {
  const end = withoutLineBreakTag(cell, withoutSeparators(cell, start, limit));
  // Between two URLs there may be another separator. At the end of the cell these are ordinary characters.
  return end < cell.length && end === limit ? Math.max(start, findUrlEnd(cell, end)) : end;
}

/** Quotes or brackets around the whole cell do not belong to its references. */
function withoutWrapping(cell: string): [from: number, to: number] {
  let [from, to] = trimRange(cell, 0, cell.length);
  for (let depth = 0; depth < MAX_WRAPPINGS && to - from >= 2; depth++) {
    if (CLOSING[cell[from]] !== cell[to - 1]) break;
    if (cell[from] === '(' && cell.indexOf(')', from) < to - 1) break;
    [from, to] = trimRange(cell, from + 1, to - 1);
  }
  return [from, to];
}
