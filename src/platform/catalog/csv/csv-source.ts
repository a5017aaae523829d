import type { FileLayout, RecordBatch, RecordSource } from '../records.js';
import { HEAD_RECORDS } from '../records.js';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import type { Encoding } from '../text/encodings.js';
import type { Delimiter } from './delimiters.js';
import { type CsvDialect, detectDialect } from './detect-dialect.js';
import { countNewlines, FileProblem } from './file-problem.js';
import { headRecords, parseNestedCells } from './head-records.js';
import { parseRecords } from './papa.js';
import { MAX_COLUMNS, MAX_RECORD_LENGTH, newQuoteStyle, wholeRecords } from './record-guard.js';

/** Length of the text in which the dialect is detected, in characters. Later records may be longer. */
const HEAD_LENGTH = 256 * 1024;

/** Reads CSV, TSV and similar formats from a stream of bytes, in constant memory. */
export class CsvSource implements RecordSource {
  private readonly text: TextEncoding = { encoding: 'utf-8', bom: false, replaced: false };
  private readonly quotes = newQuoteStyle();
  private dialect?: CsvDialect;
  private head = '';
  /** Line on which the next record starts. */
  private line = 1;
  /** Text of the incomplete record. */
  private rest = '';

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: { encoding?: Encoding; delimiter?: Delimiter } = {},
  ) {}

  get layout(): FileLayout {
    return {
      format: 'csv',
      encoding: this.text.encoding,
      bom: this.text.bom,
      delimiter: this.dialect?.delimiter ?? ',',
      newline: this.dialect?.newline ?? '\n',
      quotedLines: this.dialect?.quotedLines ?? false,
      backslashQuotes: this.quotes.backslash,
      strayQuotes: this.quotes.stray,
    };
  }

  rawHead(records: number): string {
    const head = headRecords(this.head, this.dialect?.delimiter ?? ',', true, records);
    return head.map(({ raw }) => raw).join('');
  }

  async *read(): AsyncGenerator<RecordBatch> {
    for await (const text of decodeText(this.source, this.text, this.options.encoding)) {
      yield* this.takeRecords(text, false);
    }
    yield* this.takeRecords('', true);
  }

  private *takeRecords(text: string, last: boolean): Generator<RecordBatch> {
    const nul = text.indexOf('\0');
    this.rest += nul < 0 ? text : text.slice(0, nul);
    const batch = this.records(last && nul < 0);
    if (batch !== undefined) yield batch;
    if (nul >= 0) {
      const message =
        'The file contains a NUL byte, so it is not plain text. Export it as CSV again.';
      throw new FileProblem('nul_byte', message);
    }
  }

  private records(last: boolean): RecordBatch | undefined {
    this.dialect ??= this.detectDialect(last);
    if (this.dialect === undefined) return undefined;
    const { delimiter, quotedLines } = this.dialect;
    const whole = wholeRecords(this.rest, delimiter, last, this.quotes);
    this.rest = this.rest.slice(whole.consumed);
    if (whole.text === '') return undefined;
    const records = parseRecords(whole.text, delimiter);
    const batch = this.withLineNumbers(records, whole.multiline);
    if (quotedLines) {
      batch.records = records.map((cells) =>
        cells.length === 1 ? (parseNestedCells(cells[0], delimiter) ?? cells) : cells,
      );
    }
    return batch;
  }

  /** Waits for enough text to see the first records. */
  private detectDialect(last: boolean): CsvDialect | undefined {
    if (!last && this.rest.length < HEAD_LENGTH && !this.hasHead()) return undefined;
    this.head = this.rest.slice(0, MAX_RECORD_LENGTH);
    return detectDialect(
      this.head,
      last && this.head.length === this.rest.length,
      this.options.delimiter,
    );
  }

  /** Sampled rows below the header help to detect the columns. This waits for a few hundred lines. */
  private hasHead(): boolean {
    return this.rest.length >= 64 * 1024 && countNewlines(this.rest) > HEAD_RECORDS * 20;
  }

  private withLineNumbers(records: string[][], multiline: boolean): RecordBatch {
    const lines: number[] = [];
    const damaged: number[] = [];
    for (const [i, cells] of records.entries()) {
      lines.push(this.line++);
      if (multiline) for (const cell of cells) this.line += countNewlines(cell);
      if (this.text.replaced && cells.some((cell) => cell.includes('\uFFFD'))) damaged.push(i);
      if (cells.length > MAX_COLUMNS) throw tooManyColumns(cells.length, lines[i] - this.line);
    }
    return { records, lines, damaged };
  }

  /** Line of a problem in the unread text. */
  findLine({ linesAhead }: FileProblem): number {
    return this.line + (linesAhead ?? countNewlines(this.rest));
  }
}

function tooManyColumns(columns: number, linesAhead: number): FileProblem {
  const message = `This record has ${columns} cells; at most ${MAX_COLUMNS} are allowed.`;
  return new FileProblem('too_many_columns', message, { linesAhead });
}
