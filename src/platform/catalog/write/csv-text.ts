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
   * Returns the text before the first record. A file with a byte order mark, or not in UTF-8, came from a
   * program such as Excel. Such a program would misread UTF-8 without the mark.
   */
  get start(): string {
    return this.layout.bom || this.layout.encoding !== 'utf-8' ? '\ufeff' : '';
  }

  records(records: Cell[][]): string {
    return Papa.unparse(records, this.config) + this.layout.newline;
  }
}
