import type { FileLayout, RecordBatch, RecordSource } from '../records.js';
import { HEAD_RECORDS } from '../records.js';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import type { Encoding } from '../text/encodings.js';
import type { Delimiter } from './delimiters.js';
import { type CsvDialect, detectDialect } from './detect-dialect.js';
import { countNewlines, FileProblem } from './file-problem.js';
import { parseHeadRecords, parseNestedCells } from './head-records.js';
import { parseRecords } from './parse-records.js';
import {
  MAX_COLUMNS,
  MAX_RECORD_LENGTH,
  createQuoteStyle,
  readCompleteRecords,
} from './complete-records.js';

/** Length of the leading text from which the dialect is detected, in characters. */
const HEAD_LENGTH = 256 * 1024;

/** Reads CSV, TSV and similar formats from a stream of bytes, in constant memory. */
export class CsvSource implements RecordSource {
  private readonly textEncoding: TextEncoding = {
    encoding: 'utf-8',
    hasBom: false,
    hasReplacements: false,
  };
  private readonly quotes = createQuoteStyle();
  private dialect?: CsvDialect;
  private head = '';
  /** Line where the next record starts. */
  private line = 1;
  /** Text of the incomplete record. */
  private pendingText = '';

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: { encoding?: Encoding; delimiter?: Delimiter } = {},
  ) {}

  get layout(): FileLayout {
    return {
      format: 'csv',
      encoding: this.textEncoding.encoding,
      bom: this.textEncoding.hasBom,
      delimiter: this.dialect?.delimiter ?? ',',
      newline: this.dialect?.newline ?? '\n',
      quotedLines: this.dialect?.hasQuotedLines ?? false,
      backslashQuotes: this.quotes.hasBackslashQuotes,
      strayQuotes: this.quotes.strayQuoteCellCount,
    };
  }

  getRawHead(count: number): string {
    const head = parseHeadRecords(this.head, this.dialect?.delimiter ?? ',', true, count);
    return head.map(({ raw }) => raw).join('');
  }

  async *read(): AsyncGenerator<RecordBatch> {
    for await (const text of decodeText(this.source, this.textEncoding, this.options.encoding)) {
      yield* this.readText(text, false);
    }
    yield* this.readText('', true);
  }

  private *readText(text: string, isLast: boolean): Generator<RecordBatch> {
    const nulIndex = text.indexOf('\0');
    this.pendingText += nulIndex < 0 ? text : text.slice(0, nulIndex);
    const batch = this.readRecords(isLast && nulIndex < 0);
    if (batch !== undefined) yield batch;
    if (nulIndex >= 0) {
      const message =
        'The file contains a NUL byte, so it is not plain text. Export it as CSV again.';
      throw new FileProblem('nul_byte', message);
    }
  }

  private readRecords(isLast: boolean): RecordBatch | undefined {
    this.dialect ??= this.detectDialect(isLast);
    if (this.dialect === undefined) return undefined;
    const { delimiter, hasQuotedLines } = this.dialect;
    const completeRecords = readCompleteRecords(this.pendingText, delimiter, isLast, this.quotes);
    this.pendingText = this.pendingText.slice(completeRecords.consumedLength);
    if (completeRecords.text === '') return undefined;
    const records = parseRecords(completeRecords.text, delimiter);
    const batch = this.toBatch(records, completeRecords.isMultiline);
    if (hasQuotedLines) {
      batch.records = records.map((cells) =>
        cells.length === 1 ? (parseNestedCells(cells[0], delimiter) ?? cells) : cells,
      );
    }
    return batch;
  }

  /** Detects the dialect once the first records have arrived. */
  private detectDialect(isLast: boolean): CsvDialect | undefined {
    if (!isLast && this.pendingText.length < HEAD_LENGTH && !this.hasHead()) return undefined;
    this.head = this.pendingText.slice(0, MAX_RECORD_LENGTH);
    return detectDialect(
      this.head,
      isLast && this.head.length === this.pendingText.length,
      this.options.delimiter,
    );
  }

  /** Requires a few hundred lines, because sampled rows below the header help to detect the columns. */
  private hasHead(): boolean {
    return (
      this.pendingText.length >= 64 * 1024 && countNewlines(this.pendingText) > HEAD_RECORDS * 20
    );
  }

  private toBatch(records: string[][], isMultiline: boolean): RecordBatch {
    const lineNumbers: number[] = [];
    const damagedIndexes: number[] = [];
    for (const [i, cells] of records.entries()) {
      lineNumbers.push(this.line++);
      if (isMultiline) for (const cell of cells) this.line += countNewlines(cell);
      if (this.textEncoding.hasReplacements && cells.some((cell) => cell.includes('\uFFFD')))
        damagedIndexes.push(i);
      if (cells.length > MAX_COLUMNS)
        throw createTooManyColumnsError(cells.length, lineNumbers[i] - this.line);
    }
    return { records, lineNumbers, damagedIndexes };
  }

  /** Returns the line of a problem in the unread text. */
  findLine({ linesBefore }: FileProblem): number {
    return this.line + (linesBefore ?? countNewlines(this.pendingText));
  }
}

function createTooManyColumnsError(cellCount: number, linesBefore: number): FileProblem {
  const message = `This record has ${cellCount} cells; at most ${MAX_COLUMNS} are allowed. Check the delimiter and the quotes.`;
  return new FileProblem('too_many_columns', message, { linesBefore });
}
