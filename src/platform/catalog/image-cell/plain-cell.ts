import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { hasImageExtension, isRelativeImagePath } from './image-extension.js';
import { EntryList } from './entry-list.js';
import {
  findClosingBracket,
  findWithin,
  isSeparator,
  findNextPiece,
  splitPieces,
  trimRange,
  trimTrailingSeparators,
} from './cell-pieces.js';
import { isPlaceholder } from './placeholders.js';
import { findUrlEnd, findUrlStarts, trimLineBreakTag } from './url-starts.js';

const CLOSING_BY_OPENING: Record<string, string> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '<': '>',
  '(': ')',
  '[': ']',
  '{': '}',
};
/** Separator before the alt text and title that a plug-in adds to an image: `URL ! alt : … ! title : …`. */
const ANNOTATION_SEPARATOR = ' ! ';

/** Maximum nesting depth of quotes and brackets around a whole cell. */
const MAX_WRAPPING_DEPTH = 8;

/**
 * Parses a cell that contains references as plain text, separated by `,` `;` `|`, line breaks, white space or
 * ` ! `. A separator counts only if another reference follows. A comma inside a URL is therefore kept.
 */
export function parsePlainCell(cell: string, context: ImageCellContext): ImageEntry[] {
  const list = new EntryList(cell, context);
  const [cellStart, cellEnd] = findUnwrappedRange(cell);
  const starts = findUrlStarts(cell.slice(cellStart, cellEnd)).map((start) => start + cellStart);
  if (starts.length === 0) addPieces(list, cell, cellStart, cellEnd);
  else addLeadingReferences(list, cell, cellStart, starts[0]);
  for (const [i, start] of starts.entries()) {
    addUrl(list, cell, start, starts[i + 1] ?? cellEnd, i === starts.length - 1);
  }
  return list.entries;
}

/** Adds references before the first URL. Ignores a label (`front.jpg (https://…`) and empty list items. */
function addLeadingReferences(
  list: EntryList,
  cell: string,
  rangeStart: number,
  start: number,
): void {
  const [, end] = trimRange(cell, rangeStart, start);
  if (end === rangeStart) return;
  const lastChar = cell[end - 1];
  if (lastChar in CLOSING_BY_OPENING || lastChar === ':' || lastChar === '=') return;
  if (isSeparator(cell, end - 1)) addPieces(list, cell, rangeStart, end - 1);
}

/** Adds the reference that starts at `start`, and the references between it and the next URL. */
function addUrl(
  list: EntryList,
  cell: string,
  start: number,
  nextStart: number,
  isLast: boolean,
): void {
  const end = findReferenceEnd(cell, start, nextStart);
  list.addReference(start, trimColorSuffix(cell, start, end));
  addTrailingReferences(list, cell, end, nextStart, isLast);
}

function findReferenceEnd(cell: string, start: number, nextStart: number): number {
  const annotationIndex = findWithin(cell, ANNOTATION_SEPARATOR, start, nextStart);
  const limit = annotationIndex < 0 ? nextStart : annotationIndex;
  const closingChar = CLOSING_BY_OPENING[cell[start - 1] ?? ''];
  if (closingChar !== undefined) {
    const closeIndex = findClosingBracket(cell, start, limit, cell[start - 1], closingChar);
    if (closeIndex >= 0) return closeIndex;
  }
  if (annotationIndex >= 0) return annotationIndex;
  let pathEnd = limit;
  for (let index = start; index < limit; index++) {
    if (pathEnd === limit && (cell[index] === '?' || cell[index] === '#')) pathEnd = index;
    if (isSeparator(cell, index) && endsUrl(cell, start, index, Math.min(index, pathEnd), limit)) {
      return trimTrailingSeparators(cell, start, index);
    }
  }
  return trimSeparators(cell, start, limit);
}

/** Returns true if the separator at `index` ends the URL, and false if it belongs to the URL. */
function endsUrl(
  cell: string,
  start: number,
  index: number,
  pathEnd: number,
  limit: number,
): boolean {
  if (/[\r\n]/.test(cell[index])) return true;
  if (cell[index] === ';' && /&(?:[a-z]{2,6}|#\w{2,6})$/i.test(cell.slice(index - 8, index)))
    return false;
  const [pieceStart, pieceEnd] = findNextPiece(cell, index + 1, limit);
  if (pieceStart === pieceEnd) return false;
  const piece = cell.slice(pieceStart, pieceEnd);
  const isComplete = hasImageExtension(
    cell.slice(Math.max(start, pathEnd - 16), pathEnd).trimEnd(),
  );
  if (!isComplete) return false;
  const followsSpace = pieceStart > index + 1;
  const isEmptyItem = piece.length > 1 && isPlaceholder(piece);
  // Image services accept `|` in a query: `a.jpg?trim=10|20`.
  const isBarAfterPath = cell[index] === '|' && index === pathEnd;
  return isRelativeImagePath(piece) || followsSpace || isEmptyItem || isBarAfterPath;
}

/** Adds the references and empty list items between a URL and the next one. Skips annotations. */
function addTrailingReferences(
  list: EntryList,
  cell: string,
  end: number,
  nextStart: number,
  isLast: boolean,
): void {
  let emptyCount = -1;
  let index = end;
  const isAnnotated = findWithin(cell, ANNOTATION_SEPARATOR, end, nextStart) === end;
  while (index < nextStart) {
    if (!isSeparator(cell, index)) {
      index++;
      continue;
    }
    const isLineBreak = /[\r\n]/.test(cell[index]);
    const [pieceStart, pieceEnd] = findNextPiece(cell, index + 1, nextStart);
    if (pieceStart === pieceEnd) {
      if (!isLineBreak) emptyCount++;
    } else if (!isAnnotated && isReference(cell.slice(pieceStart, pieceEnd))) {
      list.addEmptyItems(index, Math.max(0, emptyCount));
      emptyCount = -1;
      list.addReference(pieceStart, pieceEnd);
    }
    index = Math.max(index + 1, pieceEnd);
  }
  if (!isLast && !isAnnotated) list.addEmptyItems(end, Math.max(0, emptyCount));
}

const isReference = (piece: string): boolean =>
  isRelativeImagePath(piece) || /^\.{0,2}\/[^\s/]/.test(piece);

/** Adds the references in a cell, or in a part of it, that contains no URL. */
function addPieces(list: EntryList, cell: string, rangeStart: number, rangeEnd: number): void {
  const pieces = splitPieces(cell, rangeStart, rangeEnd);
  const hasReference = pieces.some(([start, end]) => isReference(cell.slice(start, end)));
  const isList = hasReference || pieces.every(([start, end]) => !/\s/.test(cell.slice(start, end)));
  if (!isList || /^data:/i.test(cell.slice(rangeStart, rangeStart + 5))) {
    list.addReference(rangeStart, rangeEnd);
    return;
  }
  for (const [start, end] of pieces) {
    if (start === end) list.addEmptyItems(start, 1);
    else if (!isPlaceholder(cell.slice(start, end))) list.addReference(start, end);
  }
}

/** Returns the end of a URL without a color suffix: `…/mug.jpg:Red`. */
function trimColorSuffix(cell: string, start: number, end: number): number {
  const colonIndex = start + cell.slice(start, end).lastIndexOf(':');
  if (colonIndex <= start + 8 || /[/?#]/.test(cell.slice(colonIndex, end))) return end;
  const path = cell.slice(start, colonIndex);
  return path.includes('?') || !hasImageExtension(path) ? end : colonIndex;
}

function trimSeparators(cell: string, start: number, limit: number): number {
  const end = trimLineBreakTag(cell, trimTrailingSeparators(cell, start, limit));
  // Another separator may precede the next URL. At the end of the cell, such characters belong to the URL.
  return end < cell.length && end === limit ? Math.max(start, findUrlEnd(cell, end)) : end;
}

/** Returns the range of the cell without quotes or brackets around the whole cell. */
function findUnwrappedRange(cell: string): [start: number, end: number] {
  let [start, end] = trimRange(cell, 0, cell.length);
  for (let depth = 0; depth < MAX_WRAPPING_DEPTH && end - start >= 2; depth++) {
    if (CLOSING_BY_OPENING[cell[start]] !== cell[end - 1]) break;
    if (cell[start] === '(' && cell.indexOf(')', start) < end - 1) break;
    [start, end] = trimRange(cell, start + 1, end - 1);
  }
  return [start, end];
}
