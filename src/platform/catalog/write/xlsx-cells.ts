import type { SheetErrorCode } from '../error-table.js';

/** Maximum length of a cell's text in Excel, in characters. */
export const MAX_CELL_LENGTH = 32_767;
const LETTER_COUNT = 26;

/** The rows exceed a limit of an Excel sheet. */
export class XlsxLimitError extends Error {
  override name = 'XlsxLimitError';

  constructor(
    readonly code: SheetErrorCode,
    message: string,
  ) {
    super(message);
  }
}

const MARKUP = /[&<>]/g;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Characters that XML 1.0 forbids or changes. For example, a parser reads a lone CR as LF. */
const NON_XML_CHARACTER = /[\p{Cc}\uFFFE\uFFFF]/gu;
/** Underscore at the start of text that would be read as an escape. */
const ESCAPE_LOOKALIKE = /_(?=x[0-9A-Fa-f]{4}_)/g;

/** Escapes the text of a cell for XML. `_xHHHH_` encodes characters that XML cannot represent. */
export function escapeCellText(text: string): string {
  return text
    .replaceAll(ESCAPE_LOOKALIKE, '_x005F_')
    .replaceAll(NON_XML_CHARACTER, escapeCharacter)
    .replaceAll(MARKUP, (char) => ENTITIES[char]);
}

/** Escapes a control character. XML allows tab, LF and the characters from U+007F, so they are unchanged. */
function escapeCharacter(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 9 || code === 10 || (code >= 0x7f && code < 0xfffe)) return char;
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** Returns the letters of a column index: `A` for 0, `AB` for 27. */
export function toColumnLetters(column: number): string {
  let letters = '';
  for (
    let remaining = column + 1;
    remaining > 0;
    remaining = Math.floor((remaining - 1) / LETTER_COUNT)
  ) {
    letters = String.fromCharCode(65 + ((remaining - 1) % LETTER_COUNT)) + letters;
  }
  return letters;
}
