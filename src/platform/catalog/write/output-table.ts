import type { CatalogDescription } from '../catalog-reader.js';
import type { ImageCellContext } from '../image-cell/image-entry.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { replaceInCell } from '../image-cell/replace-in-cell.js';
import { platformWithId } from '../platforms/index.js';
import type { Cell } from './csv-text.js';
import { escapeFormula } from './escape-formula.js';

/** Output column of a file with one image column; with several, each has one of its own name. */
export const OUTPUT_COLUMN = 'Output Image Urls';

/** `append` adds columns with the output URLs; `replace` puts them where the input URLs are. */
export type OutputMode = 'append' | 'replace';

/** One image of a row, as far as writing the row needs it. */
export interface OutputImage {
  /** The reference in the row's cells, as the upload read it. */
  reference: string;
  /** Null while there is none: a failed, cancelled or open image. */
  outputUrl: string | null;
}

/** One row to write. */
export interface OutputRow {
  cells: readonly Cell[];
  images: readonly OutputImage[];
}

/**
 * Renders the rows of a request as its output file.
 *
 * The cells are parsed as the upload parsed them, and each entry is looked up by its reference, so that
 * output URLs stand where their input URLs stood.
 */
export class OutputTable {
  private readonly context: ImageCellContext;
  /** Where the output of each image column goes: a column of that name is overwritten. */
  private readonly targets: number[];
  /** The header to write. */
  readonly header: string[];

  constructor(
    private readonly file: CatalogDescription,
    private readonly mode: OutputMode,
    private readonly raw = false,
  ) {
    this.context = { baseUrl: file.baseUrl, mediaUrl: platformWithId(file.platform).mediaUrl };
    this.header = [...file.header];
    this.targets = mode === 'append' ? this.appendColumns() : [];
  }

  /** The cells of a row, guarded against formulas in `append` unless they are wanted raw. */
  row({ cells, images }: OutputRow): Cell[] {
    const urls = new Map<string, string | null>();
    for (const { reference, outputUrl } of images) {
      if (urls.get(reference) == null) urls.set(reference, outputUrl);
    }
    const written = this.header.map((_, i) => cells[i] ?? '');
    for (const [i, column] of this.file.imageColumns.entries()) {
      if (this.mode === 'append') written[this.targets[i]] = this.list(cells[column] ?? '', urls);
      else written[column] = this.replaced(cells[column] ?? '', urls);
    }
    return this.mode === 'replace' || this.raw ? written : written.map(escapeFormula);
  }

  private appendColumns(): number[] {
    const { header, imageColumns } = this.file;
    const taken = new Set<number>(imageColumns);
    return imageColumns.map((column) => {
      const name = imageColumns.length === 1 ? OUTPUT_COLUMN : `Output ${header[column]}`;
      const known = header.findIndex((cell, at) => cell === name && !taken.has(at));
      const target = known >= 0 ? known : this.header.push(name) - 1;
      taken.add(target);
      return target;
    });
  }

  /** One entry for each entry of the cell; empty where there is no output. */
  private list(cell: string, urls: ReadonlyMap<string, string | null>): string {
    return parseImageCell(cell, this.context)
      .map(({ start, end, url }) => urls.get(url ?? cell.slice(start, end)) ?? '')
      .join(',');
  }

  private replaced(cell: string, urls: ReadonlyMap<string, string | null>): string {
    const entries = parseImageCell(cell, this.context);
    return replaceInCell(cell, entries, ({ start, end, url }) => {
      return urls.get(url ?? cell.slice(start, end)) ?? undefined;
    });
  }
}
