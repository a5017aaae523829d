import { countNewlines, FileProblem } from './file-problem.js';

/** Longest record, in characters. No honest row comes near; what does has lost a closing quote. */
export const MAX_RECORD_LENGTH = 1024 * 1024;
/** Most cells of a record. */
export const MAX_COLUMNS = 4096;

/** Records that are whole, and what is left. */
export interface WholeRecords {
  /** Ends with LF, as does every record in it; line ends inside quotes are as they were. */
  text: string;
  /** A quoted cell holds a line end, so records and lines of the file differ in number. */
  multiline: boolean;
  /** Characters of the input that `text` stands for. */
  consumed: number;
}

/**
 * Stands in front of papaparse, which is quadratic on quotes that close nothing: finds where records
 * end, in linear time, and lets through only whole records whose quotes are in order (RFC 4180,
 * section 2), so that both always agree on where a cell ends. Line ends outside quotes may be mixed.
 *
 * @param text starts where a record starts
 * @param delimiters a quote opens a cell after any of these characters
 * @param last there is no more text: the last record needs no line end
 */
export function wholeRecords(text: string, delimiters: string, last: boolean): WholeRecords {
  let normalized = '';
  let multiline = false;
  let end = { consumed: 0, normalized: 0, multiline: false };
  let from = 0;

  for (;;) {
    const open = openingQuote(text, from, delimiters);
    const to = open < 0 ? text.length : open;
    // A CR at the very end may be half of a CRLF.
    const sure = open < 0 && !last && text.endsWith('\r') ? to - 1 : to;
    const plain = text.slice(from, sure);
    const newline = Math.max(plain.lastIndexOf('\n'), plain.lastIndexOf('\r'));
    if (newline >= 0) {
      const upTo = unixNewlines(plain.slice(0, newline + 1));
      end = {
        consumed: from + newline + 1,
        normalized: normalized.length + upTo.length,
        multiline,
      };
    }
    normalized += unixNewlines(plain);
    if (open < 0) break;

    const close = closingQuote(text, open);
    const after = close < 0 ? -1 : afterQuote(text, close, delimiters, last);
    if (after < 0) {
      if (last) throw unclosed(text, open);
      break;
    }
    const quoted = text.slice(open, after);
    multiline ||= /[\r\n]/.test(quoted);
    normalized += quoted;
    from = after;
  }

  if (last && text.length > end.consumed) {
    return { text: `${normalized}\n`, multiline, consumed: text.length };
  }
  if (text.length - end.consumed > MAX_RECORD_LENGTH) throw tooLong();
  return {
    text: normalized.slice(0, end.normalized),
    multiline: end.multiline,
    consumed: end.consumed,
  };
}

/**
 * The first record with its line end; undefined while that is yet to come.
 *
 * @param text starts where a record starts
 */
export function firstRecord(text: string, delimiters: string, last: boolean): string | undefined {
  for (let from = 0; ;) {
    const open = openingQuote(text, from, delimiters);
    const plain = text.slice(from, open < 0 ? text.length : open);
    const newline = /\r\n?|\n/.exec(plain);
    if (newline) {
      const end = from + newline.index + newline[0].length;
      return newline[0] === '\r' && end === text.length && !last ? undefined : text.slice(0, end);
    }
    if (open < 0) return last && text !== '' ? text : undefined;

    const close = closingQuote(text, open);
    const after = close < 0 ? -1 : afterQuote(text, close, delimiters, last);
    if (after < 0 && last) throw unclosed(text, open);
    if (after < 0) return undefined;
    from = after;
  }
}

const unixNewlines = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;

/** A quote opens a cell only at its start; elsewhere (`5" pipe`) it is a character like any other. */
function openingQuote(text: string, from: number, delimiters: string): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (at === 0) return at;
    const before = text[at - 1];
    if (before === '\n' || before === '\r' || delimiters.includes(before)) return at;
  }
  return -1;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Where the cell's delimiter or line end is, past blanks; -1 when that is yet to come. */
function afterQuote(text: string, close: number, delimiters: string, last: boolean): number {
  let at = close + 1;
  while ((text[at] === ' ' || text[at] === '\t') && !delimiters.includes(text[at])) at++;
  if (at === text.length) return last ? at : -1;
  const next = text[at];
  if (next === '\n' || next === '\r' || delimiters.includes(next)) return at;
  throw new FileProblem(
    'quote_misplaced',
    'Text follows the closing quote of a cell. A quote inside a quoted cell is written twice ("").',
    { linesAhead: countNewlines(text.slice(0, close)) },
  );
}

function unclosed(text: string, open: number): FileProblem {
  return new FileProblem('quote_unclosed', 'The quote that opens a cell here is never closed.', {
    linesAhead: countNewlines(text.slice(0, open)),
  });
}

export function tooLong(): FileProblem {
  const message = `The record that starts here is longer than ${MAX_RECORD_LENGTH} characters. Is a closing quote missing?`;
  return new FileProblem('record_too_long', message, { linesAhead: 0 });
}
