import type { FileProblem } from './csv/file-problem.js';

/** Consecutive records of a product file, including the header and the records before it. */
export interface RecordBatch {
  records: string[][];
  /** Line in the file, or row in the sheet, where each record starts; from 1. */
  lineNumbers: number[];
  /** Indexes in `records` of the records that contain invalid bytes. */
  damagedIndexes?: number[];
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
  /** True if the file contains embedded images, which have no URL (XLSX). */
  hasEmbeddedImages?: boolean;
  /** True if each line of the file was one quoted cell, which was parsed a second time. */
  quotedLines: boolean;
  /** True if quotes inside cells were escaped by a backslash. */
  backslashQuotes: boolean;
  /** Number of quoted cells that contain a quote that is neither doubled nor escaped. */
  strayQuotes: number;
}

/** Reads one file format. */
export interface RecordSource {
  /** Final once all records have been read. */
  readonly layout: FileLayout;
  /** Reads all records. The first batch has at least `HEAD_RECORDS` records, or all records of a shorter file. */
  read(): AsyncGenerator<RecordBatch>;
  /** Returns the line of a problem in the unread data, from 1. */
  findLine(problem: FileProblem): number;
  /** Returns the raw text of the first records, which output files repeat unchanged (CSV only). */
  getRawHead(count: number): string | undefined;
  /**
   * Returns all columns found so far, including columns that are not in the header. Only for formats without
   * their own header (XML).
   */
  getColumnNames?(): readonly string[] | undefined;
}

/** Number of leading records that are searched for the header. */
export const HEAD_RECORDS = 20;
