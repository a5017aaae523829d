import { HEAD_RECORDS } from '../records.js';
import { FileProblem } from './file-problem.js';
import { parseRecords } from './papa.js';
import { firstRecord, newQuoteStyle, wholeRecords } from './record-guard.js';

export interface HeadRecord {
  /** The record exactly as written, with its line end. */
  raw: string;
  cells: string[];
}

/**
 * Returns the first records of a text under a delimiter. Returns fewer if the text ends or its quotes are
 * invalid under this delimiter.
 *
 * @param last true at the end of the text
 */
export function headRecords(
  text: string,
  delimiter: string,
  last: boolean,
  count = HEAD_RECORDS,
): HeadRecord[] {
  const records: HeadRecord[] = [];
  const quotes = newQuoteStyle();
  try {
    for (let from = 0; records.length < count;) {
      const raw = firstRecord(text.slice(from), delimiter, last, quotes);
      if (raw === undefined) break;
      from += raw.length;
      records.push({ raw, cells: parseCells(raw, delimiter) });
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
  }
  return records;
}

/** Returns the cells of a single record. */
function parseCells(record: string, delimiter: string): string[] {
  const { text } = wholeRecords(record, delimiter, true, newQuoteStyle());
  return parseRecords(text, delimiter)[0] ?? [''];
}

/** Returns the cells of a record that is the text of a cell. Undefined if its quotes are invalid. */
export function parseNestedCells(text: string, delimiter: string): string[] | undefined {
  try {
    return parseCells(text, delimiter);
  } catch (error) {
    if (error instanceof FileProblem) return undefined;
    throw error;
  }
}
