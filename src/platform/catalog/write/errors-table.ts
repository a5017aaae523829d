import type { CatalogDescription } from '../catalog-reader.js';
import type { Cell } from './csv-text.js';
import { escapeFormula } from './escape-formula.js';

/** Row number in the upload, from 1. Corrections are matched by this number. */
export const ERROR_ROW_COLUMN = 'Error Row';
export const ERROR_COLUMNS = [
  ERROR_ROW_COLUMN,
  'Error Column',
  'Error Code',
  'Error Message',
] as const;

/** A failed image of a row. */
export interface FailedImage {
  /** Index of its column in the header. */
  column: number;
  /** The reference as written in the cell, or the URL of the last attempt for a corrected image. */
  reference: string;
  code: string;
  message: string;
}

/** A row with failed images. */
export interface FailedRow {
  /** Row number, from 1. */
  row: number;
  cells: readonly Cell[];
  /** Failed images in the order of their columns and entries. */
  failures: readonly FailedImage[];
}

/**
 * Renders the rows with failed images. Image cells contain only the failed references. The last columns state the
 * row, column and reason of each error. They replace the error columns of an uploaded errors file.
 */
export class ErrorsTable {
  readonly header: string[];
  /** Indexes of the columns that are kept. */
  private readonly keptColumns: number[];

  constructor(
    private readonly file: CatalogDescription,
    private readonly isRaw = false,
  ) {
    this.keptColumns = [...file.header.keys()].filter((i) => !isErrorColumn(file.header[i]));
    const header = [...this.keptColumns.map((i) => file.header[i]), ...ERROR_COLUMNS];
    this.header = isRaw ? header : header.map(escapeFormula);
  }

  renderRow({ row, cells, failures }: FailedRow): Cell[] {
    const { imageColumns } = this.file;
    const outputCells = this.keptColumns.map((column) => {
      if (!imageColumns.includes(column)) return cells[column] ?? '';
      const columnFailures = failures.filter((failure) => failure.column === column);
      return joinReferences(columnFailures.map(({ reference }) => reference));
    });
    outputCells.push(
      String(row),
      failures.map(({ column }) => this.file.header[column]).join(' | '),
      failures.map(({ code }) => code).join(','),
      failures.map(({ message }) => message).join(' | '),
    );
    return this.isRaw ? outputCells : outputCells.map(escapeFormula);
  }
}

export const joinReferences = (references: readonly string[]): string => references.join(',');

const isErrorColumn = (name: string): boolean =>
  (ERROR_COLUMNS as readonly string[]).includes(name.trim());
