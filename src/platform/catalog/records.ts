import type { FileProblem } from './csv/file-problem.js';

/** Records of a product file: the header, the data and all records before the header. */
export interface RecordBatch {
  records: string[][];
  /** Line of the file, or row of the sheet, on which each record starts; from 1. */
  lines: number[];
  /** Records with invalid bytes in them, by their position in `records`. */
  damaged?: number[];
}

/** The format of a file's records. Downloads are written in the same format. */
export interface FileLayout {
  format: 'csv' | 'xlsx' | 'xml';
  encoding: string;
  bom: boolean;
  delimiter: string;
  newline: '\n' | '\r\n' | '\r';
  /** Name of the sheet that was read (XLSX). */
  sheet?: string;
  /** Names of all sheets (XLSX). */
  sheets?: string[];
  /** The file contains embedded images, which have no URL (XLSX). */
  hasEmbeddedImages?: boolean;
  /** Each line of the file was one quoted cell and was parsed a second time. */
  quotedLines: boolean;
  /** Quotes inside cells were escaped by a backslash. */
  backslashQuotes: boolean;
  /** Quoted cells in which a quote was neither doubled nor escaped. */
  strayQuotes: number;
}

/** Reads one file format. */
export interface RecordSource {
  /** Final once all records were read. */
  readonly layout: FileLayout;
  /** The first batch has at least the first `HEAD_RECORDS` records, or all. */
  read(): AsyncGenerator<RecordBatch>;
  /** Line of a problem in the unread data, from 1. */
  findLine(problem: FileProblem): number;
  /** The raw text of the first records, written back unchanged (CSV only). */
  rawHead(records: number): string | undefined;
  /**
   * All columns found so far, including those not in the header. Only for formats without a header of their
   * own (XML).
   */
  columnNames?(): readonly string[] | undefined;
}

/** Number of leading records that are searched for the header. */
export const HEAD_RECORDS = 20;
