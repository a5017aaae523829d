import type { FileProblem } from './csv/file-problem.js';

/** Records of a product file: the header, data and everything before the header alike. */
export interface RecordBatch {
  records: string[][];
  /** Line of the file, or row of the sheet, on which each record starts; from 1. */
  lines: number[];
  /** Records with invalid bytes in them, by their position in `records`. */
  damaged?: number[];
}

/** How a file's records are written; a download writes them alike. */
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
  /** There are pictures in the file, which have no URL (XLSX). */
  hasPictures?: boolean;
  /** Each line of the file was one quoted cell, and was read once more. */
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
  /** Line of a problem in what is not read yet, from 1. */
  lineOf(problem: FileProblem): number;
  /** The text of the first records, to be written back as it is; CSV only. */
  rawHead(records: number): string | undefined;
  /**
   * All columns that were found so far, those behind the header's included; only where a file has no
   * header of its own (XML).
   */
  columnNames?(): readonly string[] | undefined;
}

/** Records in which the header is searched. */
export const HEAD_RECORDS = 20;
