import { findHeader } from '../header/find-header.js';
import { type Delimiter, parseDelimiterHint, DELIMITERS } from './delimiters.js';
import { parseHeadRecords, parseNestedCells } from './head-records.js';

export interface CsvDialect {
  delimiter: Delimiter;
  newline: '\n' | '\r\n' | '\r';
  /** True if each line is one quoted cell that contains the actual record. */
  hasQuotedLines: boolean;
}

interface DialectCandidate extends CsvDialect {
  /** Scores are compared element by element, starting with the first. */
  score: number[];
}

/**
 * Detects the dialect of a CSV file from its first records. The delimiter with the most recognized column
 * names wins. The number of records of equal width breaks ties.
 *
 * @param isLast true at the end of the text
 */
export function detectDialect(
  text: string,
  isLast: boolean,
  requestedDelimiter?: Delimiter,
): CsvDialect {
  const fixedDelimiter =
    requestedDelimiter ?? parseDelimiterHint(/^[^\r\n]{0,64}/.exec(text)?.[0] ?? '');
  const candidates = (fixedDelimiter === undefined ? DELIMITERS : [fixedDelimiter]).flatMap(
    (delimiter) => {
      const candidate = trySplit(text, delimiter, isLast);
      return candidate.score[0] === 0
        ? [candidate, tryNestedSplit(text, delimiter, isLast)]
        : [candidate];
    },
  );
  return candidates.reduce((best, candidate) =>
    isGreater(candidate.score, best.score) ? candidate : best,
  );
}

function trySplit(text: string, delimiter: Delimiter, isLast: boolean): DialectCandidate {
  const records = parseHeadRecords(text, delimiter, isLast).filter(
    ({ raw }) => parseDelimiterHint(raw) === undefined,
  );
  const score = scoreRecords(records.map(({ cells }) => cells));
  return { delimiter, newline: detectNewline(records[0]?.raw), hasQuotedLines: false, score };
}

/** Excel with a different locale keeps each line in one cell and quotes it when saving. */
function tryNestedSplit(text: string, delimiter: Delimiter, isLast: boolean): DialectCandidate {
  const records = parseHeadRecords(text, delimiter, isLast);
  const isWrapped =
    records.length > 1 &&
    records.every(({ raw, cells }) => cells.length === 1 && (raw.startsWith('"') || !raw.trim()));
  const nestedRecords = isWrapped
    ? records.map(({ cells }) => parseNestedCells(cells[0], delimiter))
    : [];
  const score =
    isWrapped && nestedRecords.every((cells) => cells !== undefined)
      ? scoreRecords(nestedRecords)
      : [-1];
  return { delimiter, newline: detectNewline(records[0]?.raw), hasQuotedLines: true, score };
}

function scoreRecords(records: string[][]): number[] {
  const header = findHeader(records);
  // Without a header, rows are compared with the first row.
  const width = header === undefined ? 0 : records[header.index ?? 0].length;
  const equalWidthRecords = records
    .slice((header?.index ?? -1) + 1)
    .filter((row) => row.length === width);
  return [
    header?.imageColumnCount ? 1 : 0,
    header === undefined ? 0 : header.imageColumnCount * 4 + header.otherColumnCount,
    width > 1 ? equalWidthRecords.length : 0,
    width,
  ];
}

function isGreater(a: number[], b: number[]): boolean {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index >= 0 && a[index] > b[index];
}

function detectNewline(record = ''): CsvDialect['newline'] {
  if (record.endsWith('\r\n')) return '\r\n';
  return record.endsWith('\r') ? '\r' : '\n';
}
