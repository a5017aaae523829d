/** Column letters: base 26 without a zero. */
const LETTERS = 26;

/** Column of a cell reference, from 0: `A1` gives 0, `AB12` gives 27. Undefined without letters. */
export function parseColumn(reference: string): number | undefined {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at++) {
    const code = reference.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) break;
    column = column * LETTERS + (code - 64);
  }
  return at === 0 ? undefined : column - 1;
}

/** Row of a cell reference, from 1; NaN without digits. */
export const parseRow = (reference: string): number =>
  Number.parseInt(/\d{1,7}/.exec(reference.slice(0, 16))?.[0] ?? '', 10);
