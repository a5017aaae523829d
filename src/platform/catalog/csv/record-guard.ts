import { countNewlines, FileProblem } from './file-problem.js';

/** Maximum length of a record, in characters. A longer one lacks a closing quote. */
export const MAX_RECORD_LENGTH = 1024 * 1024;
/** Maximum number of cells in a record. */
export const MAX_COLUMNS = 4096;

/** Quote style detected in a file. Applies to all of its records. */
export interface QuoteStyle {
  /** Quotes inside quoted cells are written `\"` (PHP's fputcsv), not `""`. */
  backslash: boolean;
  /** Quoted cells with a quote that is neither doubled nor escaped. They are read as Excel reads them. */
  stray: number;
}

export const newQuoteStyle = (): QuoteStyle => ({ backslash: false, stray: 0 });

/** Complete records. */
export interface WholeRecords {
  /** Ends with LF, as does every record in it. Line ends inside quotes are unchanged. */
  text: string;
  /** A quoted cell holds a line end, so records and lines of the file differ in number. */
  multiline: boolean;
  /** Number of input characters that `text` represents. */
  consumed: number;
}

/**
 * Prepares text for papaparse, which takes quadratic time on quotes that close nothing. Finds the ends of
 * records in linear time. Writes every quoted cell as in RFC 4180, because both must agree on the end of a
 * cell. Line ends outside quotes may be mixed.
 *
 * @param text starts at the start of a record
 * @param delimiters a quote opens a cell after any of these characters
 * @param last true at the end of the text: the last record needs no line end
 */
export function wholeRecords(
  text: string,
  delimiters: string,
  last: boolean,
  quotes: QuoteStyle,
): WholeRecords {
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

    const cell = readQuotedCell(text, open, delimiters, last, quotes);
    if (cell === undefined) {
      if (last) throw unclosedQuoteError(text, open);
      break;
    }
    multiline ||= /[\r\n]/.test(cell.text);
    normalized += cell.text;
    from = cell.end;
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
 * Returns the first record with its line end, exactly as written. Undefined while its end is missing.
 *
 * @param text starts at the start of a record
 */
export function firstRecord(
  text: string,
  delimiters: string,
  last: boolean,
  quotes: QuoteStyle,
): string | undefined {
  for (let from = 0; ;) {
    const open = openingQuote(text, from, delimiters);
    const plain = text.slice(from, open < 0 ? text.length : open);
    const newline = /\r\n?|\n/.exec(plain);
    if (newline) {
      const end = from + newline.index + newline[0].length;
      return newline[0] === '\r' && end === text.length && !last ? undefined : text.slice(0, end);
    }
    if (open < 0) return last && text !== '' ? text : undefined;

    const cell = readQuotedCell(text, open, delimiters, last, quotes);
    if (cell === undefined && last) throw unclosedQuoteError(text, open);
    if (cell === undefined) return undefined;
    from = cell.end;
  }
}

const unixNewlines = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;

/** A quote opens a cell only at its start. Elsewhere (`5" pipe`) it is an ordinary character. */
function openingQuote(text: string, from: number, delimiters: string): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (at === 0) return at;
    const before = text[at - 1];
    if (before === '\n' || before === '\r' || delimiters.includes(before)) return at;
  }
  return -1;
}

/**
 * Returns the quoted cell that opens at `open`, with doubled quotes, and the position after it. Undefined
 * while its end is missing.
 */
function readQuotedCell(
  text: string,
  open: number,
  delimiters: string,
  last: boolean,
  quotes: QuoteStyle,
): { text: string; end: number } | undefined {
  let written = '';
  let from = open;
  let stray = false;
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    const escaped = text[at - 1] === '\\' && at - 1 > open;
    if (text[at + 1] === '"' && !(escaped && quotes.backslash)) {
      at++;
      continue;
    }
    const end = endAfterQuote(text, at, delimiters, last);
    if (end === undefined) return undefined;
    if (end >= 0) {
      if (stray) quotes.stray++;
      return { text: written + text.slice(from, end), end };
    }
    // The cell does not end here: the quote belongs to the text.
    if (escaped) quotes.backslash = true;
    else stray = true;
    written += `${text.slice(from, escaped ? at - 1 : at)}""`;
    from = at + 1;
  }
  return undefined;
}

/**
 * Returns the position of the delimiter or line end after a closing quote, past blanks. Returns -1 if other
 * text follows: the quote closes nothing. Undefined while the text after it is missing.
 */
function endAfterQuote(
  text: string,
  close: number,
  delimiters: string,
  last: boolean,
): number | undefined {
  let at = close + 1;
  while ((text[at] === ' ' || text[at] === '\t') && !delimiters.includes(text[at])) at++;
  if (at === text.length) return last ? at : undefined;
  const next = text[at];
  return next === '\n' || next === '\r' || delimiters.includes(next) ? at : -1;
}

function unclosedQuoteError(text: string, open: number): FileProblem {
  return new FileProblem('quote_unclosed', 'The quote that opens a cell here is never closed.', {
    linesAhead: countNewlines(text.slice(0, open)),
  });
}

export function tooLong(): FileProblem {
  const message = `The record that starts here is longer than ${MAX_RECORD_LENGTH} characters. Is a closing quote missing?`;
  return new FileProblem('record_too_long', message, { linesAhead: 0 });
}
