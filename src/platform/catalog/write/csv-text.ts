import Papa from 'papaparse';
import type { FileLayout } from '../records.js';

export type Cell = string | null;

/** Writes records as the uploaded file was written, but always in UTF-8. */
export class CsvText {
  private readonly config: Papa.UnparseConfig;

  constructor(
    private readonly layout: Pick<FileLayout, 'delimiter' | 'newline' | 'encoding' | 'bom'>,
  ) {
    this.config = { delimiter: layout.delimiter, newline: layout.newline };
  }

  /**
   * What precedes the first record. A file that had a byte order mark, or was not UTF-8, came from a
   * program that (like Excel) would take UTF-8 without one for something else.
   */
  get start(): string {
    return this.layout.bom || this.layout.encoding !== 'utf-8' ? '\ufeff' : '';
  }

  records(records: Cell[][]): string {
    return Papa.unparse(records, this.config) + this.layout.newline;
  }
}
