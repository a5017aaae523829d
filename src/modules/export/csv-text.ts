import Papa from 'papaparse';
import type { CsvDialect } from '../../platform/database/entities/processing-request.entity.js';

export type Cell = string | null;

/** Writes records as the uploaded file was written, but always in UTF-8. */
export class CsvText {
  private readonly config: Papa.UnparseConfig;

  constructor(private readonly dialect: CsvDialect) {
    this.config = { delimiter: dialect.delimiter, newline: dialect.newline };
  }

  /**
   * What stands before the header. A file that had a mark, or was not UTF-8, came from a program that
   * (like Excel) would take UTF-8 without one for something else.
   */
  get start(): string {
    return this.dialect.bom || this.dialect.encoding !== 'utf-8' ? '\ufeff' : '';
  }

  records(records: Cell[][]): string {
    return Papa.unparse(records, this.config) + this.dialect.newline;
  }
}
