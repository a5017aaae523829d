import type { CatalogWarningCode } from './row-error-table.js';
import type { CatalogWarning } from './problems.js';
import type { FileLayout } from './records.js';

/** Maximum number of lines with replaced characters that a warning lists. */
const MAX_LISTED_LINES = 5;

/** Observations made while a file was read. */
export interface ReadingNotes {
  layout: FileLayout;
  /** The user gave the encoding. */
  isEncodingChosen: boolean;
  /** Lines with characters that were replaced. */
  damagedLines: readonly number[];
  blankRows: number;
  /** Texts read as "no image". */
  placeholders: readonly string[];
  productsWithoutImages: number;
  /** Signed links that have expired. */
  expiredLinks: number;
}

/** Returns the warnings for the user about a file that was read. */
export function readingWarnings(notes: ReadingNotes): CatalogWarning[] {
  const { layout, damagedLines, blankRows, placeholders, productsWithoutImages, expiredLinks } =
    notes;
  const { encoding, quotedLines, strayQuotes, backslashQuotes } = layout;
  const warnings: CatalogWarning[] = [];
  const warn = (code: CatalogWarningCode, message: string) => warnings.push({ code, message });
  if (!encoding.startsWith('utf') && !notes.isEncodingChosen) {
    warn(
      'encoding_assumed',
      `The file is not UTF-8; it was read as ${encoding}. Check accented letters, or set encoding.`,
    );
  }
  if (damagedLines.length > 0) {
    const lines = formatLines(damagedLines);
    warn(
      'characters_replaced',
      `Invalid ${encoding.toUpperCase()} bytes in ${lines} were replaced by "\uFFFD".`,
    );
  }
  if (quotedLines) {
    warn(
      'lines_quoted',
      'Each line of the file is one quoted cell; the cells were read from inside it.',
    );
  }
  if (backslashQuotes) {
    warn(
      'quotes_escaped_by_backslash',
      'Quotes inside cells are written \\" instead of ""; they were read as quotes.',
    );
  }
  if (strayQuotes > 0) {
    warn(
      'quotes_not_doubled',
      `${strayQuotes} quoted cells contain a quote that is not doubled; it was read as part of the text.`,
    );
  }
  if (blankRows > 0) {
    const verb = blankRows === 1 ? 'was' : 'were';
    warn('rows_empty', `${count(blankRows, 'row')} without any text ${verb} left out.`);
  }
  if (placeholders.length > 0) {
    const texts = placeholders.map((text) => `"${text}"`).join(', ');
    warn('placeholders_read_as_empty', `${texts} in an image column: treated as no image.`);
  }
  if (productsWithoutImages > 0) {
    const verb = productsWithoutImages === 1 ? 'has' : 'have';
    warn('rows_without_image', `${count(productsWithoutImages, 'row')} ${verb} no image.`);
  }
  if (expiredLinks > 0) {
    const verb = expiredLinks === 1 ? 'has' : 'have';
    warn(
      'links_expired',
      `${count(expiredLinks, 'signed link')} ${verb} expired. Export the catalog again and upload it soon after.`,
    );
  }
  return warnings;
}

const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

function formatLines(lines: readonly number[]): string {
  const listed = lines.slice(0, MAX_LISTED_LINES).join(', ');
  const more =
    lines.length > MAX_LISTED_LINES ? ` and ${lines.length - MAX_LISTED_LINES} more` : '';
  return `${lines.length === 1 ? 'line' : 'lines'} ${listed}${more}`;
}
