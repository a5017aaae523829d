import { trimEndOf } from '../../../platform/http/trim-characters.js';
import { mapColumns } from '../columns.js';
import { countNewlines } from './file-problem.js';
import { parseRecords } from './papa.js';
import { firstRecord, MAX_RECORD_LENGTH, tooLong } from './record-guard.js';

/** In order of preference when all else is equal. */
const DELIMITERS = [',', ';', '\t', '|'];
const ANY_DELIMITER = DELIMITERS.join('');

export type Newline = '\n' | '\r\n' | '\r';

export interface HeaderFound {
  cells: string[];
  delimiter: string;
  newline: Newline;
  /** Line of the header, from 1. */
  line: number;
  /** Characters, and lines, before the record that follows the header. */
  consumed: number;
  lines: number;
}

/**
 * The first record that is not blank. The delimiter is the one under which most columns are
 * recognized, then the one that gives most cells: a product name may hold the other's commas.
 * A first line `sep=;` (Excel) decides by itself.
 *
 * @param last there is no more text
 * @returns undefined while the header's end is yet to come, and when there is none
 */
export function findHeader(text: string, last: boolean): HeaderFound | undefined {
  let consumed = 0;
  let lines = 0;
  let told: string | undefined;
  for (;;) {
    const blank = /^(?:[^\S\r\n]*(?:\r\n?|\n))+/.exec(text.slice(consumed))?.[0] ?? '';
    consumed += blank.length;
    lines += countNewlines(blank);

    const record = firstRecord(text.slice(consumed), ANY_DELIMITER, last);
    if (record === undefined && text.length > MAX_RECORD_LENGTH) throw tooLong();
    if (record === undefined || record.trim() === '') return undefined;
    const line = lines + 1;
    consumed += record.length;
    lines += countNewlines(record);

    const bare = trimEndOf(record, '\r\n');
    const hint = /^sep=([,;|\t])$/i.exec(bare);
    if (told === undefined && hint) {
      told = hint[1];
      continue;
    }
    const { delimiter, cells } = told === undefined ? bestSplit(bare) : split(bare, told);
    return { cells, delimiter, newline: newlineOf(record), line, consumed, lines };
  }
}

function bestSplit(record: string) {
  return DELIMITERS.map((delimiter) => split(record, delimiter)).reduce((best, next) =>
    next.known > best.known || (next.known === best.known && next.cells.length > best.cells.length)
      ? next
      : best,
  );
}

function split(record: string, delimiter: string) {
  const cells = parseRecords(`${record}\n`, delimiter)[0] ?? [];
  return { delimiter, cells, known: 3 - mapColumns(cells).missing.length };
}

function newlineOf(record: string): Newline {
  if (record.endsWith('\r\n')) return '\r\n';
  return record.endsWith('\r') ? '\r' : '\n';
}
