import type { CatalogRow } from '../../platform/catalog/catalog-row.js';
import { detectColumns } from '../../platform/catalog/columns/detect-columns.js';
import type { SampledHeader } from '../../platform/catalog/problems.js';
import { findUrlStarts } from '../../platform/catalog/image-cell/url-starts.js';

/** Maximum number of sampled rows. */
const MAX_ROWS = 200;
const MAX_SAMPLES = 3;
const MAX_SAMPLE_LENGTH = 200;

export interface ColumnSample {
  /** Distinct cells of the column, in file order, truncated to 200 characters. */
  samples: string[];
  containsUrls: boolean;
}

/** Collects sample cells of each column, which show users what the column contains. */
export class ColumnSamples {
  private readonly columns: ColumnSample[] = [];
  private rowCount = 0;

  addRows(rows: readonly Pick<CatalogRow, 'cells'>[]): void {
    for (const { cells } of rows) {
      if (this.rowCount++ >= MAX_ROWS) return;
      for (const [index, cell] of cells.entries()) this.addCell(index, cell.trim());
    }
  }

  getSample(column: number): ColumnSample {
    return (this.columns[column] ??= { samples: [], containsUrls: false });
  }

  private addCell(index: number, text: string): void {
    if (text === '') return;
    const column = this.getSample(index);
    const sample =
      text.length > MAX_SAMPLE_LENGTH ? `${text.slice(0, MAX_SAMPLE_LENGTH - 1)}…` : text;
    column.containsUrls ||= findUrlStarts(text).length > 0;
    if (column.samples.length < MAX_SAMPLES && !column.samples.includes(sample)) {
      column.samples.push(sample);
    }
  }
}

/** Returns the columns of a rejected file with their detected roles. */
export function detectSampledColumns({ names, rows }: SampledHeader) {
  const { imageColumns, nameColumn, serialColumn } = detectColumns(names, rows, {});
  const findRole = (index: number) => {
    if (imageColumns.includes(index)) return 'image';
    if (index === nameColumn?.index) return 'product_name';
    return index === serialColumn?.index ? 'serial_number' : null;
  };
  const samples = new ColumnSamples();
  samples.addRows(rows.map((cells) => ({ cells: [...cells] })));
  return names.map((column, index) => {
    const { samples: cells, containsUrls } = samples.getSample(index);
    return { name: column, role: findRole(index), samples: cells, contains_urls: containsUrls };
  });
}
