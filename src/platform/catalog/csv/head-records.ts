import { HEAD_RECORDS } from '../records.js';
import { FileProblem } from './file-problem.js';
import { parseRecords } from './papa.js';
import { firstRecord, newQuoteStyle, wholeRecords } from './record-guard.js';

export interface HeadRecord {
  /** As it is written, with its line end. */
  raw: string;
  cells: string[];
}

/**
 * The first records of a text under a delimiter; fewer when the text ends, or when its quotes make no
 * sense under this delimiter.
 *
 * @param last there is no more text than this
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
      records.push({ raw, cells: cellsOf(raw, delimiter) });
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
  }
  return records;
}

/** The cells of one record that stands alone. */
function cellsOf(record: string, delimiter: string): string[] {
  const { text } = wholeRecords(record, delimiter, true, newQuoteStyle());
  return parseRecords(text, delimiter)[0] ?? [''];
}

/** The cells of a record that is the text of a cell; undefined when its quotes are out of order. */
export function nestedCells(text: string, delimiter: string): string[] | undefined {
  try {
    return cellsOf(text, delimiter);
  } catch (error) {
    if (error instanceof FileProblem) return undefined;
    throw error;
  }
}
