/** One entry of a URL cell; `undefined` is a place between two separators with nothing in it. */
export type UrlEntry = string | undefined;

/** Longest scheme that is looked for before a `://`. */
const MAX_SCHEME_LENGTH = 32;
const SCHEME_CHAR = /[a-z0-9+.-]/i;
const SEPARATOR = /[,;|\t]/;

/**
 * Yields the URLs of a cell, separated by `,` `;` `|`, line ends or blanks, but only where a new URL
 * scheme follows: a comma inside a URL survives. Separators at the end are left out.
 *
 * Linear in the cell's length, whatever it holds: regular expressions are kept away from it. One entry
 * at a time, so that the caller can stop at a limit before thousands are in memory.
 */
export function* splitUrlCell(cell: string): Generator<UrlEntry> {
  const text = cell.trim();
  let start: number | undefined;
  for (const next of schemeStarts(text)) {
    if (start === undefined) {
      if (next > 0) yield* entriesBefore(text.slice(0, next));
    } else {
      const { text: url, separators } = withoutTail(text.slice(start, next));
      yield url;
      yield* nothing(separators - 1);
    }
    start = next;
  }
  if (start === undefined) yield* entriesBefore(text);
  else yield withoutTail(text.slice(start)).text;
}

/** True where a URL begins: a cell that spilled over begins so, the rest of a URL does not. */
export const startsWithScheme = (cell: string): boolean =>
  /^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(cell.trimStart().slice(0, MAX_SCHEME_LENGTH + 3));

function* schemeStarts(text: string): Generator<number> {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    let start = at;
    while (start > 0 && at - start < MAX_SCHEME_LENGTH && SCHEME_CHAR.test(text[start - 1])) {
      start--;
    }
    const begins = start < at && /[a-z]/i.test(text[start]);
    if (begins && (start === 0 || /[,;|\s]/.test(text[start - 1]))) yield start;
  }
}

/** The text before the first URL: only separators (empty entries), or text that is no URL. */
function* entriesBefore(text: string): Generator<UrlEntry> {
  const { text: head, separators } = withoutTail(text);
  if (head !== '') yield head;
  yield* nothing(head === '' ? separators : separators - 1);
}

function* nothing(entries: number): Generator<undefined> {
  for (let left = entries; left > 0; left--) yield undefined;
}

function withoutTail(text: string): { text: string; separators: number } {
  let [end, separators] = [text.length, 0];
  for (; end > 0 && /[,;|\s]/.test(text[end - 1]); end--) {
    if (SEPARATOR.test(text[end - 1])) separators++;
  }
  return { text: text.slice(0, end), separators };
}
