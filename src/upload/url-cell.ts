/** One entry of a URL cell; `undefined` is a place between two separators with nothing in it. */
export type UrlEntry = string | undefined;

/** Longest scheme that is looked for before a `://`. */
const MAX_SCHEME_LENGTH = 32;
const SCHEME_CHAR = /[a-z0-9+.-]/i;
const SEPARATOR = /[,;|\t]/g;

/**
 * The URLs of a cell, separated by `,` `;` `|`, line ends or blanks, but only where a new URL scheme
 * follows: a comma inside a URL survives. Separators at the end are left out.
 *
 * Linear in the cell's length, whatever it holds: regular expressions are kept away from it.
 */
export function splitUrlCell(cell: string): UrlEntry[] {
  const text = cell.trim();
  const starts = schemeStarts(text);
  if (starts.length < 2 && starts[0] === 0) return [withoutTail(text).text];

  const entries: UrlEntry[] = [];
  if (starts[0] !== 0) entries.push(...entriesBefore(text.slice(0, starts[0] ?? text.length)));
  for (const [i, start] of starts.entries()) {
    const { text: url, separators } = withoutTail(text.slice(start, starts[i + 1] ?? text.length));
    entries.push(url);
    const isLast = i === starts.length - 1;
    if (!isLast) entries.push(...nothing(separators - 1));
  }
  return entries;
}

/** True where a URL begins: a cell that spilled over begins so, the rest of a URL does not. */
export const startsWithScheme = (cell: string): boolean =>
  /^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(cell.trimStart().slice(0, MAX_SCHEME_LENGTH + 3));

function schemeStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    let start = at;
    while (start > 0 && at - start < MAX_SCHEME_LENGTH && SCHEME_CHAR.test(text[start - 1])) {
      start--;
    }
    const begins = start < at && /[a-z]/i.test(text[start]);
    if (begins && (start === 0 || /[,;|\s]/.test(text[start - 1]))) starts.push(start);
  }
  return starts;
}

/** What stands before the first URL: nothing but separators (empty places), or text that is no URL. */
function entriesBefore(text: string): UrlEntry[] {
  const { text: head, separators } = withoutTail(text);
  return head === '' ? nothing(separators) : [head, ...nothing(separators - 1)];
}

const nothing = (places: number): UrlEntry[] =>
  places > 0 ? Array.from({ length: places }, () => undefined) : [];

function withoutTail(text: string): { text: string; separators: number } {
  let end = text.length;
  while (end > 0 && /[,;|\s]/.test(text[end - 1])) end--;
  return { text: text.slice(0, end), separators: text.slice(end).match(SEPARATOR)?.length ?? 0 };
}
