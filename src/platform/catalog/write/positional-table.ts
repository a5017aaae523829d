import type { CatalogDescription } from '../catalog-reader.js';
import type { Cell } from './csv-text.js';
import { type DetailColumn, joinDetails } from './detail-columns.js';
import { escapeFormula } from './escape-formula.js';
import { OUTPUT_COLUMN, type OutputRow, type RowWriter } from './output-columns.js';

/**
 * Renders the rows of a request created by the previous version, in the format of that version. An added
 * column contains the output URLs in the order of the images. Cells are not parsed because that version parsed
 * them differently.
 */
export class PositionalTable implements RowWriter {
  readonly header: string[];

  constructor(
    file: CatalogDescription,
    private readonly isRaw: boolean,
    private readonly details: readonly DetailColumn[],
  ) {
    this.header = [...file.header, OUTPUT_COLUMN, ...details.map(({ name }) => name)];
  }

  renderRow({ cells, images }: OutputRow): Cell[] {
    const detailCells = this.details.map((column, i) =>
      joinDetails(
        images.map(({ details }) => details?.[i] ?? ''),
        column,
      ),
    );
    const outputs = images.map(({ outputUrl }) => outputUrl ?? '').join(',');
    const outputCells = [...cells.map((cell) => cell ?? ''), outputs, ...detailCells];
    return this.isRaw ? outputCells : outputCells.map(escapeFormula);
  }
}
