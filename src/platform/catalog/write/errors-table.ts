import type { CatalogDescription } from '../catalog-reader.js';
import type { Cell } from './csv-text.js';
import { escapeFormula } from './escape-formula.js';

/** Row number in the upload, from 1. Corrections are matched by it. */
export const ERROR_ROW_COLUMN = 'Error Row';
export const ERROR_COLUMNS = [
  ERROR_ROW_COLUMN,
  'Error Column',
  'Error Code',
  'Error Message',
] as const;

/** A failed image of a row. */
export interface FailedImage {
  /** Position of its column in the header. */
  column: number;
  /** The reference as written in the cell. For a corrected image: the URL of the last attempt. */
  reference: string;
  code: string;
  message: string;
}

/** A row with failed images. */
export interface FailedRow {
  /** From 1. */
  row: number;
  cells: readonly Cell[];
  /** In the order of their columns and entries. */
  failures: readonly FailedImage[];
}

/**
 * Renders the rows with failed images. Each image column's cell has only the failed references. The last
 * columns contain the position and reason of the errors. They replace the error columns of an uploaded
 * errors file.
 */
export class ErrorsTable {
  readonly header: string[];
  /** Positions of the columns that are kept. */
  private readonly kept: number[];

  constructor(
    private readonly file: CatalogDescription,
    private readonly raw = false,
  ) {
    this.kept = [...file.header.keys()].filter((i) => !isErrorColumn(file.header[i]));
    const header = [...this.kept.map((i) => file.header[i]), ...ERROR_COLUMNS];
    this.header = raw ? header : header.map(escapeFormula);
  }

  row({ row, cells, failures }: FailedRow): Cell[] {
    const { imageColumns } = this.file;
    const written = this.kept.map((column) => {
      if (!imageColumns.includes(column)) return cells[column] ?? '';
      const failed = failures.filter((failure) => failure.column === column);
      return joinReferences(failed.map(({ reference }) => reference));
    });
    written.push(
      String(row),
      failures.map(({ column }) => this.file.header[column]).join(' | '),
      failures.map(({ code }) => code).join(','),
      failures.map(({ message }) => message).join(' | '),
    );
    return this.raw ? written : written.map(escapeFormula);
  }
}

export const joinReferences = (references: readonly string[]): string => references.join(',');

const isErrorColumn = (name: string): boolean =>
  (ERROR_COLUMNS as readonly string[]).includes(name.trim());
