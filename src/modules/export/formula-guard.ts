/**
 * Spreadsheets skip white space, BOM, control, zero-width and direction characters before they look
 * for a formula. They read full-width and small forms of the sign as ASCII.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
/** Some spreadsheets drop these and look at what follows. */
const STRIPPED_START = /^[\t\r\n]/;
/** `-5`, `+1.5e3`, `-1.234,50`, `-10%`, and the dash that stands for "none". */
const PLAIN = /^[+-]?(?:\d[\d.,]*|\.\d+)(?:e[+-]?\d+)?%?$|^[+-]+$/i;

/**
 * Makes a cell that a spreadsheet would run as a formula into text, by an apostrophe in front (OWASP,
 * CSV Injection). Numbers and everything else come back as they are.
 */
export function escapeFormula(cell: string): string {
  // Nearly every cell begins with a letter or a digit.
  const first = cell.charCodeAt(0);
  if ((first >= 0x30 && first <= 0x39) || (first >= 0x41 && first <= 0x7a)) return cell;
  const runs = (FORMULA.test(cell) && !PLAIN.test(cell.trim())) || STRIPPED_START.test(cell);
  return runs ? `'${cell}` : cell;
}
