import { HEAD_RECORDS } from '../records.js';
import { FileProblem } from './file-problem.js';
import { parseRecords } from './parse-records.js';
import { readFirstRecord, createQuoteStyle, readCompleteRecords } from './complete-records.js';

export interface HeadRecord {
  /** The record exactly as written, with its line ending. */
  raw: string;
  cells: string[];
}

/**
 * Parses the first records of a text with a delimiter. Returns fewer records if the text ends or if its quotes
 * are invalid with this delimiter.
 *
 * @param isLast true at the end of the text
 */
export function parseHeadRecords(
  text: string,
  delimiter: string,
  isLast: boolean,
  count = HEAD_RECORDS,
): HeadRecord[] {
  const records: HeadRecord[] = [];
  const quotes = createQuoteStyle();
  try {
    for (let offset = 0; records.length < count;) {
      const raw = readFirstRecord(text.slice(offset), delimiter, isLast, quotes);
      if (raw === undefined) break;
      offset += raw.length;
      records.push({ raw, cells: parseCells(raw, delimiter) });
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
  }
  return records;
}

/** Parses a single record. */
function parseCells(record: string, delimiter: string): string[] {
  const { text } = readCompleteRecords(record, delimiter, true, createQuoteStyle());
  return parseRecords(text, delimiter)[0] ?? [''];
}

/** Parses a record that is the text of a cell. Returns undefined if its quotes are invalid. */
export function parseNestedCells(text: string, delimiter: string): string[] | undefined {
  try {
    return parseCells(text, delimiter);
  } catch (error) {
    if (error instanceof FileProblem) return undefined;
    throw error;
  }
}
