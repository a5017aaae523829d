/** Column letters are a base-26 number without a zero digit. */
const LETTER_COUNT = 26;

/** Returns the column index of a cell reference: 0 for `A1`, 27 for `AB12`. Undefined without letters. */
export function parseColumn(reference: string): number | undefined {
  let column = 0;
  let index = 0;
  for (; index < reference.length && index < 4; index++) {
    const code = reference.charCodeAt(index) & ~32;
    if (code < 65 || code > 90) break;
    column = column * LETTER_COUNT + (code - 64);
  }
  return index === 0 ? undefined : column - 1;
}

/** Returns the row number of a cell reference, from 1. NaN without digits. */
export const parseRow = (reference: string): number =>
  Number.parseInt(/\d{1,7}/.exec(reference.slice(0, 16))?.[0] ?? '', 10);
