import type { CatalogWarningCode } from './row-error-table.js';
import type { CatalogWarning } from './problems.js';
import type { FileLayout } from './records.js';

/** Maximum number of lines with replaced characters that a warning lists. */
const MAX_LISTED_LINES = 5;

/** Observations made while reading a file. */
export interface ReadingNotes {
  layout: FileLayout;
  /** True if the user set the encoding. */
  isEncodingChosen: boolean;
  /** Numbers of the lines that contain replaced characters. */
  damagedLineNumbers: readonly number[];
  blankRowCount: number;
  /** Cell values that mean "no image". */
  placeholders: readonly string[];
  productsWithoutImagesCount: number;
  /** Number of signed links that have expired. */
  expiredLinkCount: number;
}

/** Builds the warnings that the user sees about a file. */
export function buildReadingWarnings(notes: ReadingNotes): CatalogWarning[] {
  const {
    layout,
    damagedLineNumbers,
    blankRowCount,
    placeholders,
    productsWithoutImagesCount,
    expiredLinkCount,
  } = notes;
  const { encoding, quotedLines, strayQuotes, backslashQuotes } = layout;
  const warnings: CatalogWarning[] = [];
  const warn = (code: CatalogWarningCode, message: string) => warnings.push({ code, message });
  if (!encoding.startsWith('utf') && !notes.isEncodingChosen) {
    warn(
      'encoding_assumed',
      `The file is not UTF-8; it was read as ${encoding}. Check accented letters, or set encoding.`,
    );
  }
  if (damagedLineNumbers.length > 0) {
    const lines = formatLines(damagedLineNumbers);
    warn(
      'characters_replaced',
      `Invalid ${encoding.toUpperCase()} bytes in ${lines} were replaced by "\uFFFD".`,
    );
  }
  if (quotedLines) {
    warn(
      'lines_quoted',
      'Each line of the file is one quoted cell; its text was split into cells.',
    );
  }
  if (backslashQuotes) {
    warn(
      'quotes_escaped_by_backslash',
      'Quotes inside cells are escaped as \\" instead of ""; they were read as quotes.',
    );
  }
  if (strayQuotes > 0) {
    const verb = strayQuotes === 1 ? 'contains' : 'contain';
    warn(
      'quotes_not_doubled',
      `${pluralize(strayQuotes, 'quoted cell')} ${verb} a quote that is not doubled; it was read as part of the text.`,
    );
  }
  if (blankRowCount > 0) {
    const verb = blankRowCount === 1 ? 'was' : 'were';
    warn('rows_empty', `${pluralize(blankRowCount, 'row')} without any text ${verb} skipped.`);
  }
  if (placeholders.length > 0) {
    const values = placeholders.map((value) => `"${value}"`).join(', ');
    warn(
      'placeholders_read_as_empty',
      `These values in image columns were treated as "no image": ${values}.`,
    );
  }
  if (productsWithoutImagesCount > 0) {
    const verb = productsWithoutImagesCount === 1 ? 'has' : 'have';
    warn('rows_without_image', `${pluralize(productsWithoutImagesCount, 'row')} ${verb} no image.`);
  }
  if (expiredLinkCount > 0) {
    const verb = expiredLinkCount === 1 ? 'has' : 'have';
    warn(
      'links_expired',
      `${pluralize(expiredLinkCount, 'signed link')} ${verb} expired. Export the catalog again and upload it before the links expire.`,
    );
  }
  return warnings;
}

const pluralize = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

function formatLines(lineNumbers: readonly number[]): string {
  const list = lineNumbers.slice(0, MAX_LISTED_LINES).join(', ');
  const suffix =
    lineNumbers.length > MAX_LISTED_LINES
      ? ` and ${lineNumbers.length - MAX_LISTED_LINES} more`
      : '';
  return `${lineNumbers.length === 1 ? 'line' : 'lines'} ${list}${suffix}`;
}
