import Papa from 'papaparse';
import type { FileLayout } from '../records.js';

export type Cell = string | null;

/** Writes records in the format of the uploaded file, but always in UTF-8. */
export class CsvText {
  private readonly config: Papa.UnparseConfig;

  constructor(
    private readonly layout: Pick<FileLayout, 'delimiter' | 'newline' | 'encoding' | 'bom'>,
  ) {
    this.config = { delimiter: layout.delimiter, newline: layout.newline };
  }

  /**
   * Returns the text before the first record. A file with a byte order mark or in another encoding was probably
   * written by Excel. Excel misreads UTF-8 without the mark.
   */
  get fileStart(): string {
    return this.layout.bom || this.layout.encoding !== 'utf-8' ? '\ufeff' : '';
  }

  formatRecords(records: Cell[][]): string {
    return Papa.unparse(records, this.config) + this.layout.newline;
  }
}
