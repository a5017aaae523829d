/**
 * Characters that spreadsheets skip before a formula: white space, BOM, control, zero-width and direction
 * characters.
 */
const SKIPPED_PREFIX = /^[\s\p{Cc}\p{Cf}]*/u;
/** Spreadsheets read full-width and small forms as their ASCII equivalents. */
const EQUALS_SIGN = /^[=＝﹦]/;
const OTHER_FORMULA_SIGN = /^[+\-@＋－＠﹢﹣﹫]/;
/** Some spreadsheets drop these characters and parse the remaining text again. */
const STRIPPED_START = /^[\t\r\n]/;

/** A function call: `SUM(`, `log10(`. A formula without one can only calculate. */
const FUNCTION_CALL = /[\p{L}_][\p{N}._]{0,8}[(（]/u;
/** A function call with a space: `SUM (1)`. In plain text, brackets follow lower-case words: `- soft (100% cotton)`. */
const SPACED_CALL = /[A-Z_][A-Z0-9_.]{1,8}\s{1,8}[(（]/;
/** Functions that access data outside the sheet, in upper or lower case. */
const EXTERNAL_DATA_CALL =
  /(?:hyperlink|webservice|image|import(?:xml|html|data|feed|range)|dde|call|register|exec|rtd|indirect|cell|info)\s{1,8}[(（]/i;
/** A reference to a sheet: `Sheet1!A1`, `'C:\[book.xlsx]Sheet'!A1`. DDE (`cmd|' /C calc'!A0`) also needs one. */
const REFERENCE_TO_SHEET = /[\p{L}\p{N}_'"\])]![\p{L}\p{N}$_#]/u;
/** A reference to a file in LibreOffice: `'file:///…'#$Sheet1.A1`. */
const REFERENCE_TO_FILE = /['"]\s{0,8}#/;
/** A calculation with only numbers, cells and operators: `+1+2`, `-A1*3`. */
const CALCULATION =
  /^[+\-@]+\s*(?:\$?[A-Z]{1,3}\$?\d{1,7}|(?:\d[\d.,]*|\.\d+)(?:e[+-]?\d{1,3})?)%?(?:\s*[-+*/^&=<>:]+\s*(?:\$?[A-Z]{1,3}\$?\d{1,7}|(?:\d[\d.,]*|\.\d+)(?:e[+-]?\d{1,3})?)%?)+$/i;
const CELL = /^[+\-@]+\s*\$?[A-Z]{1,3}\$?\d{1,7}$/i;
/** A number (`-5`, `+1.5e3`, `-1.234,50`, `-10%`), or only dashes. */
const NUMBER = /^[+-]?(?:\d[\d.,]*|\.\d+)(?:e[+-]?\d+)?%?$|^[+-]+$/i;

/**
 * Adds a leading apostrophe to a cell that a spreadsheet would evaluate as a formula (OWASP, CSV Injection). A
 * cell that starts with `=` is always a formula. A cell that starts with `+`, `-` or `@` is a formula if it
 * calculates, calls a function, or refers to a cell, sheet, file or program. `- 100% cotton`, `@home` and
 * `+49 30 123` are unchanged.
 */
export function escapeFormula(cell: string): string {
  // Returns early for nearly all cells, which start with a letter or a digit.
  const firstCode = cell.charCodeAt(0);
  if ((firstCode >= 0x30 && firstCode <= 0x39) || (firstCode >= 0x41 && firstCode <= 0x7a))
    return cell;
  return STRIPPED_START.test(cell) || isFormula(cell) ? `'${cell}` : cell;
}

function isFormula(cell: string): boolean {
  const text = cell.slice(SKIPPED_PREFIX.exec(cell)![0].length);
  if (EQUALS_SIGN.test(text)) return true;
  if (!OTHER_FORMULA_SIGN.test(text)) return false;
  const plainText = text.normalize('NFKC').trim();
  if (NUMBER.test(plainText)) return false;
  return (
    FUNCTION_CALL.test(plainText) ||
    SPACED_CALL.test(plainText) ||
    EXTERNAL_DATA_CALL.test(plainText) ||
    REFERENCE_TO_SHEET.test(plainText) ||
    REFERENCE_TO_FILE.test(plainText) ||
    CELL.test(plainText) ||
    CALCULATION.test(plainText) ||
    /^[+\-@\s]*[=＝]/.test(plainText)
  );
}
