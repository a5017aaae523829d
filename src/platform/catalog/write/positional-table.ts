import type { CatalogDescription } from '../catalog-reader.js';
import type { Cell } from './csv-text.js';
import { type DetailColumn, joinDetails } from './detail-columns.js';
import { escapeFormula } from './escape-formula.js';
import { OUTPUT_COLUMN, type OutputRow, type RowWriter } from './output-table.js';

/**
 * Renders the rows of a request of the previous version in the format of that version. A new last column
 * has the output URLs in the order of the images. That version read cells differently. The cells are
 * therefore not parsed.
 */
export class PositionalTable implements RowWriter {
  readonly header: string[];

  constructor(
    file: CatalogDescription,
    private readonly raw: boolean,
    private readonly details: readonly DetailColumn[],
  ) {
    this.header = [...file.header, OUTPUT_COLUMN, ...details.map(({ name }) => name)];
  }

  row({ cells, images }: OutputRow): Cell[] {
    const lists = this.details.map((column, i) =>
      joinDetails(
        images.map(({ details }) => details?.[i] ?? ''),
        column,
      ),
    );
    const outputs = images.map(({ outputUrl }) => outputUrl ?? '').join(',');
    const written = [...cells.map((cell) => cell ?? ''), outputs, ...lists];
    return this.raw ? written : written.map(escapeFormula);
  }
}
