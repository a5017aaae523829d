import type { SheetErrorCode } from '../error-table.js';

/** Maximum length of a cell's text in Excel, in characters. */
export const MAX_CELL_LENGTH = 32_767;
const LETTERS = 26;

/** The rows exceed the limits of an Excel sheet. */
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
/** Control characters, and characters that XML 1.0 forbids or changes. A parser reads a lone CR as LF. */
const FORBIDDEN = /[\p{Cc}\uFFFE\uFFFF]/gu;
/** Text that would be read as an escape. */
const LOOKS_ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)/g;

/** Returns the text of a cell as XML. `_xHHHH_` encodes characters that XML cannot represent. */
export function cellText(text: string): string {
  return text
    .replaceAll(LOOKS_ESCAPED, '_x005F_')
    .replaceAll(FORBIDDEN, escapeCharacter)
    .replaceAll(MARKUP, (char) => ENTITIES[char]);
}

/** XML allows tab, LF and the characters from U+007F. */
function escapeCharacter(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 9 || code === 10 || (code >= 0x7f && code < 0xfffe)) return char;
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** `A`, `B`, … `AB` for a column from 0. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / LETTERS)) {
    letters = String.fromCharCode(65 + ((rest - 1) % LETTERS)) + letters;
  }
  return letters;
}
