import { countNewlines, FileProblem } from './file-problem.js';

/** Maximum length of a record, in characters. A longer record usually lacks a closing quote. */
export const MAX_RECORD_LENGTH = 1024 * 1024;
/** Maximum number of cells in a record. */
export const MAX_COLUMNS = 4096;

/** Quote style detected in a file. Applies to all of its records. */
export interface QuoteStyle {
  /** True if quotes inside quoted cells are escaped as `\"` (PHP's fputcsv), not as `""`. */
  hasBackslashQuotes: boolean;
  /** Number of quoted cells with a quote that is neither doubled nor escaped. Excel's rules apply to them. */
  strayQuoteCellCount: number;
}

export const createQuoteStyle = (): QuoteStyle => ({
  hasBackslashQuotes: false,
  strayQuoteCellCount: 0,
});

/** Text of complete records, normalized for papaparse. */
export interface CompleteRecords {
  /** Every record ends with LF. Line endings inside quotes are unchanged. */
  text: string;
  /** True if a quoted cell contains a line ending. A record may then span several lines of the file. */
  isMultiline: boolean;
  /** Number of input characters that `text` represents. */
  consumedLength: number;
}

/**
 * Prepares text for papaparse, which takes quadratic time on quotes that do not close a cell. Finds the end of
 * each record in linear time. Rewrites every quoted cell according to RFC 4180, because this function and
 * papaparse must agree on where a cell ends. Line endings outside quotes may be mixed.
 *
 * @param text starts at the start of a record
 * @param delimiters a quote opens a cell after any of these characters
 * @param isLast true at the end of the text, where the last record needs no line ending
 */
export function readCompleteRecords(
  text: string,
  delimiters: string,
  isLast: boolean,
  quotes: QuoteStyle,
): CompleteRecords {
  let normalized = '';
  let isMultiline = false;
  let end = { consumedLength: 0, normalizedLength: 0, isMultiline: false };
  let offset = 0;

  for (;;) {
    const openIndex = findOpeningQuote(text, offset, delimiters);
    const plainEnd = openIndex < 0 ? text.length : openIndex;
    // A CR at the very end may be the first half of a CRLF.
    const isCrUncertain = openIndex < 0 && !isLast && text.endsWith('\r');
    const plainText = text.slice(offset, isCrUncertain ? plainEnd - 1 : plainEnd);
    const newline = Math.max(plainText.lastIndexOf('\n'), plainText.lastIndexOf('\r'));
    if (newline >= 0) {
      const completeText = toUnixNewlines(plainText.slice(0, newline + 1));
      end = {
        consumedLength: offset + newline + 1,
        normalizedLength: normalized.length + completeText.length,
        isMultiline,
      };
    }
    normalized += toUnixNewlines(plainText);
    if (openIndex < 0) break;

    const cell = readQuotedCell(text, openIndex, delimiters, isLast, quotes);
    if (cell === undefined) {
      if (isLast) throw createUnclosedQuoteError(text, openIndex);
      break;
    }
    isMultiline ||= /[\r\n]/.test(cell.text);
    normalized += cell.text;
    offset = cell.end;
  }

  if (isLast && text.length > end.consumedLength) {
    return { text: `${normalized}\n`, isMultiline, consumedLength: text.length };
  }
  if (text.length - end.consumedLength > MAX_RECORD_LENGTH) throw createRecordTooLongError();
  return {
    text: normalized.slice(0, end.normalizedLength),
    isMultiline: end.isMultiline,
    consumedLength: end.consumedLength,
  };
}

/**
 * Returns the first record with its line ending, exactly as written. Undefined until the record is complete.
 *
 * @param text starts at the start of a record
 */
export function readFirstRecord(
  text: string,
  delimiters: string,
  isLast: boolean,
  quotes: QuoteStyle,
): string | undefined {
  for (let offset = 0; ;) {
    const openIndex = findOpeningQuote(text, offset, delimiters);
    const plainText = text.slice(offset, openIndex < 0 ? text.length : openIndex);
    const newline = /\r\n?|\n/.exec(plainText);
    if (newline) {
      const end = offset + newline.index + newline[0].length;
      return newline[0] === '\r' && end === text.length && !isLast ? undefined : text.slice(0, end);
    }
    if (openIndex < 0) return isLast && text !== '' ? text : undefined;

    const cell = readQuotedCell(text, openIndex, delimiters, isLast, quotes);
    if (cell === undefined && isLast) throw createUnclosedQuoteError(text, openIndex);
    if (cell === undefined) return undefined;
    offset = cell.end;
  }
}

const toUnixNewlines = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;

/** Finds the next quote at the start of a cell. Elsewhere (`5" pipe`), a quote is an ordinary character. */
function findOpeningQuote(text: string, offset: number, delimiters: string): number {
  for (let index = text.indexOf('"', offset); index >= 0; index = text.indexOf('"', index + 1)) {
    if (index === 0) return index;
    const previousChar = text[index - 1];
    if (previousChar === '\n' || previousChar === '\r' || delimiters.includes(previousChar))
      return index;
  }
  return -1;
}

/**
 * Returns the quoted cell that opens at `openIndex`, with doubled quotes, and the position after it. Undefined
 * until the cell is complete.
 */
function readQuotedCell(
  text: string,
  openIndex: number,
  delimiters: string,
  isLast: boolean,
  quotes: QuoteStyle,
): { text: string; end: number } | undefined {
  let normalized = '';
  let offset = openIndex;
  let hasStrayQuote = false;
  for (
    let index = text.indexOf('"', openIndex + 1);
    index >= 0;
    index = text.indexOf('"', index + 1)
  ) {
    const isEscaped = text[index - 1] === '\\' && index - 1 > openIndex;
    if (text[index + 1] === '"' && !(isEscaped && quotes.hasBackslashQuotes)) {
      index++;
      continue;
    }
    const end = findCellEnd(text, index, delimiters, isLast);
    if (end === undefined) return undefined;
    if (end >= 0) {
      if (hasStrayQuote) quotes.strayQuoteCellCount++;
      return { text: normalized + text.slice(offset, end), end };
    }
    // The cell does not end here, because the quote belongs to the text.
    if (isEscaped) quotes.hasBackslashQuotes = true;
    else hasStrayQuote = true;
    normalized += `${text.slice(offset, isEscaped ? index - 1 : index)}""`;
    offset = index + 1;
  }
  return undefined;
}

/**
 * Returns the position of the delimiter or line ending after a closing quote, skipping blanks. Returns -1 if
 * other text follows, so the quote does not close the cell. Undefined until the following text has arrived.
 */
function findCellEnd(
  text: string,
  closeIndex: number,
  delimiters: string,
  isLast: boolean,
): number | undefined {
  let index = closeIndex + 1;
  while ((text[index] === ' ' || text[index] === '\t') && !delimiters.includes(text[index]))
    index++;
  if (index === text.length) return isLast ? index : undefined;
  const nextChar = text[index];
  return nextChar === '\n' || nextChar === '\r' || delimiters.includes(nextChar) ? index : -1;
}

function createUnclosedQuoteError(text: string, openIndex: number): FileProblem {
  return new FileProblem(
    'quote_unclosed',
    'The quote that opens a cell here is never closed. Close the quote.',
    {
      linesBefore: countNewlines(text.slice(0, openIndex)),
    },
  );
}

export function createRecordTooLongError(): FileProblem {
  const message = `The record that starts here is longer than ${MAX_RECORD_LENGTH} characters. Check for a missing closing quote.`;
  return new FileProblem('record_too_long', message, { linesBefore: 0 });
}
