/** Character codes of `,` `;` `|`, tab and line breaks. */
const SEPARATOR_CODES = new Set([44, 59, 124, 9, 10, 13]);

/** Splits a part of a cell at its separators. Returns the ranges of the pieces. */
export function splitPieces(
  cell: string,
  rangeStart: number,
  rangeEnd: number,
): [start: number, end: number][] {
  const pieces: [number, number][] = [];
  for (let index = rangeStart; ;) {
    const [start, end] = findNextPiece(cell, index, rangeEnd);
    pieces.push([start, end]);
    const separatorIndex = findNextSeparator(cell, end, rangeEnd);
    if (separatorIndex < 0) return pieces;
    index = separatorIndex + 1;
    if (cell[separatorIndex] === '\r' && cell[index] === '\n') index++;
  }
}

/** Returns the range up to the next separator, without surrounding white space. */
export function findNextPiece(
  cell: string,
  rangeStart: number,
  limit: number,
): [start: number, end: number] {
  const separatorIndex = findNextSeparator(cell, rangeStart, limit);
  return trimRange(cell, rangeStart, separatorIndex < 0 ? limit : separatorIndex);
}

export const isSeparator = (cell: string, index: number): boolean =>
  SEPARATOR_CODES.has(cell.charCodeAt(index));

function findNextSeparator(cell: string, rangeStart: number, limit: number): number {
  for (let index = rangeStart; index < limit; index++) if (isSeparator(cell, index)) return index;
  return -1;
}

/** Returns the index of a text that starts in the range, or -1. */
export function findWithin(cell: string, text: string, rangeStart: number, limit: number): number {
  // A search in the whole cell would be quadratic in the number of URLs.
  const index = cell.slice(rangeStart, limit + text.length - 1).indexOf(text);
  return index < 0 ? -1 : rangeStart + index;
}

/** Returns the index of the bracket that closes the bracket before `start`, or -1. */
export function findClosingBracket(
  cell: string,
  start: number,
  limit: number,
  opening: string,
  closing: string,
): number {
  let depth = 1;
  for (let index = start; index < limit; index++) {
    if (cell[index] === closing) depth--;
    else if (cell[index] === opening) depth++;
    if (depth === 0) return index;
  }
  return -1;
}

/** Returns the range without surrounding white space. */
export function trimRange(
  cell: string,
  rangeStart: number,
  rangeEnd: number,
): [start: number, end: number] {
  let [start, end] = [rangeStart, rangeEnd];
  while (start < end && isSpace(cell[start])) start++;
  while (end > start && isSpace(cell[end - 1])) end--;
  return [start, end];
}

const isSpace = (char: string): boolean => /[\s\u200B\u2060\uFEFF\u00AD\u200E\u200F]/.test(char);

/** Returns the end of the text without trailing separators, such as the comma in `a.jpg,` before a line break. */
export function trimTrailingSeparators(cell: string, start: number, limit: number): number {
  let end = limit;
  while (end > start && /[\s,;|]/.test(cell[end - 1])) end--;
  return end;
}
