/** `,` `;` `|`, tab and line breaks. */
const SEPARATOR_CODES = new Set([44, 59, 124, 9, 10, 13]);

/** Splits a part of a cell at its separators. Returns the positions of the pieces. */
export function splitPieces(
  cell: string,
  from: number,
  to: number,
): [start: number, end: number][] {
  const pieces: [number, number][] = [];
  for (let at = from; ;) {
    const [start, end] = pieceAfter(cell, at, to);
    pieces.push([start, end]);
    const separator = nextSeparator(cell, end, to);
    if (separator < 0) return pieces;
    at = separator + 1;
    if (cell[separator] === '\r' && cell[at] === '\n') at++;
  }
}

/** Returns the text up to the next separator without surrounding white space. */
export function pieceAfter(
  cell: string,
  from: number,
  limit: number,
): [start: number, end: number] {
  const separator = nextSeparator(cell, from, limit);
  return trimRange(cell, from, separator < 0 ? limit : separator);
}

export const isSeparator = (cell: string, at: number): boolean =>
  SEPARATOR_CODES.has(cell.charCodeAt(at));

function nextSeparator(cell: string, from: number, limit: number): number {
  for (let at = from; at < limit; at++) if (isSeparator(cell, at)) return at;
  return -1;
}

export function indexWithin(cell: string, text: string, from: number, limit: number): number {
  // A search in the whole cell would be quadratic in the number of URLs.
  const at = cell.slice(from, limit + text.length - 1).indexOf(text);
  return at < 0 ? -1 : from + at;
}

/** Returns the position of the bracket that closes the one before `start`; -1 without one. */
export function closingPosition(
  cell: string,
  start: number,
  limit: number,
  opening: string,
  closing: string,
): number {
  let depth = 1;
  for (let at = start; at < limit; at++) {
    if (cell[at] === closing) depth--;
    else if (cell[at] === opening) depth++;
    if (depth === 0) return at;
  }
  return -1;
}

/** Returns the positions without surrounding white space. */
export function trimRange(cell: string, from: number, to: number): [start: number, end: number] {
  let [start, end] = [from, to];
  while (start < end && isSpace(cell[start])) start++;
  while (end > start && isSpace(cell[end - 1])) end--;
  return [start, end];
}

const isSpace = (char: string): boolean => /[\s\u200B\u2060\uFEFF\u00AD\u200E\u200F]/.test(char);

/** `a.jpg,` before a line break: the list continues in the next line. */
export function withoutSeparators(cell: string, start: number, limit: number): number {
  let end = limit;
  while (end > start && /[\s,;|]/.test(cell[end - 1])) end--;
  return end;
}
