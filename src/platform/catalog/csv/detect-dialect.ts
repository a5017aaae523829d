import { findHeader } from '../header/find-header.js';
import { type Delimiter, parseDelimiterHint, DELIMITERS } from './delimiters.js';
import { headRecords, parseNestedCells } from './head-records.js';

export interface CsvDialect {
  delimiter: Delimiter;
  newline: '\n' | '\r\n' | '\r';
  /** Each line is one quoted cell that holds the real record. */
  quotedLines: boolean;
}

interface Split extends CsvDialect {
  /** Compared element by element from the first number. */
  score: number[];
}

/**
 * Detects the dialect of a CSV from its first records. The delimiter with the most recognized column names
 * wins, then the one with the most even records.
 *
 * @param last true at the end of the text
 */
export function detectDialect(text: string, last: boolean, forced?: Delimiter): CsvDialect {
  const chosen = forced ?? parseDelimiterHint(/^[^\r\n]{0,64}/.exec(text)?.[0] ?? '');
  const splits = (chosen === undefined ? DELIMITERS : [chosen]).flatMap((delimiter) => {
    const plain = splitBy(text, delimiter, last);
    return plain.score[0] === 0 ? [plain, splitTwice(text, delimiter, last)] : [plain];
  });
  return splits.reduce((best, next) => (isGreater(next.score, best.score) ? next : best));
}

function splitBy(text: string, delimiter: Delimiter, last: boolean): Split {
  const records = headRecords(text, delimiter, last).filter(
    ({ raw }) => parseDelimiterHint(raw) === undefined,
  );
  const score = scoreRecords(records.map(({ cells }) => cells));
  return { delimiter, newline: detectNewline(records[0]?.raw), quotedLines: false, score };
}

/** Excel of another locale keeps a line in one cell, and quotes it on saving. */
function splitTwice(text: string, delimiter: Delimiter, last: boolean): Split {
  const records = headRecords(text, delimiter, last);
  const isWrapped =
    records.length > 1 &&
    records.every(({ raw, cells }) => cells.length === 1 && (raw.startsWith('"') || !raw.trim()));
  const nested = isWrapped ? records.map(({ cells }) => parseNestedCells(cells[0], delimiter)) : [];
  const score =
    isWrapped && nested.every((cells) => cells !== undefined) ? scoreRecords(nested) : [-1];
  return { delimiter, newline: detectNewline(records[0]?.raw), quotedLines: true, score };
}

function scoreRecords(records: string[][]): number[] {
  const header = findHeader(records);
  // Without a header, all rows have the width of the first one.
  const width = header === undefined ? 0 : records[header.index ?? 0].length;
  const even = records.slice((header?.index ?? -1) + 1).filter((row) => row.length === width);
  return [
    header?.images ? 1 : 0,
    header === undefined ? 0 : header.images * 4 + header.others,
    width > 1 ? even.length : 0,
    width,
  ];
}

function isGreater(a: number[], b: number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] > b[at];
}

function detectNewline(record = ''): CsvDialect['newline'] {
  if (record.endsWith('\r\n')) return '\r\n';
  return record.endsWith('\r') ? '\r' : '\n';
}
