import type { CatalogDescription } from '../catalog-reader.js';
import { MAX_ENTRY_LENGTH } from '../catalog-row.js';
import type { ImageCellContext, ImageEntry } from '../image-cell/image-entry.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { replaceInCell } from '../image-cell/replace-in-cell.js';
import { getPlatform } from '../platforms/index.js';
import type { Cell } from './csv-text.js';
import { type DetailColumn, joinDetails } from './detail-columns.js';
import { escapeFormula } from './escape-formula.js';

/** Name of the output column of a file with one image column. Several image columns have one output column each. */
export const OUTPUT_COLUMN = 'Output Image Urls';

/** `append` adds columns with the output URLs. `replace` writes them in place of the input URLs. */
export type OutputMode = 'append' | 'replace';

/** Data about one image that is needed to write its row. */
export interface OutputImage {
  /** Index of its image column in the header. If undefined, the image is found only by its reference. */
  column?: number;
  /** The reference in the row's cells, as read by the upload. */
  reference: string;
  /** URL of its first output. Null for a failed, cancelled or unfinished image. */
  outputUrl: string | null;
  /** URLs of its additional outputs, in order. */
  additionalUrls?: readonly (string | null)[];
  /** Value of the `srcset` attribute. */
  srcset?: string;
  /** One text for each detail column. */
  details?: readonly string[];
}

/** Named outputs of each image. */
export interface NamedOutputs {
  names: readonly string[];
  /** Adds a column with the `srcset` values. */
  srcset: boolean;
}

/** Separates the `srcset` values of several images, because a value contains commas. */
const SRCSET_SEPARATOR = ' | ';

/** One row to write. */
export interface OutputRow {
  cells: readonly Cell[];
  /** Images in the order of the upload. */
  images: readonly OutputImage[];
  /**
   * True if the cell of the only image column consists of the references of `images`, separated by commas. Such
   * a cell is not parsed, and the images need no reference.
   */
  isPlainList?: boolean;
}

/** Renders the rows of an output file. */
export interface RowWriter {
  /** The header to write. */
  readonly header: string[];
  renderRow(row: OutputRow): Cell[];
}

/** An entry of an image cell, matched with its image. */
interface MatchedImage {
  entry?: ImageEntry;
  image?: OutputImage;
}

/**
 * Renders the rows of a request as its output file.
 *
 * The cells are parsed in the same way as during the upload. Each entry is matched with its image by column,
 * order and reference. Each output URL therefore has the position of its input URL. Detail columns list the
 * entries of all image columns, column by column.
 */
export class OutputTable implements RowWriter {
  private readonly context: ImageCellContext;
  /** Indexes of the output columns of each image column. An existing column with the same name is overwritten. */
  private readonly outputColumns: number[][];
  /** Index of the `srcset` column of each image column. Empty if `srcset` is not requested. */
  private readonly srcsetColumns: number[];
  private readonly detailColumns: number[];
  readonly header: string[];

  constructor(
    private readonly file: CatalogDescription,
    private readonly mode: OutputMode,
    private readonly isRaw = false,
    private readonly details: readonly DetailColumn[] = [],
    outputs?: NamedOutputs,
  ) {
    this.context = { baseUrl: file.baseUrl, toMediaUrl: getPlatform(file.platform).toMediaUrl };
    this.header = [...file.header];
    const usedColumns = new Set<number>(file.imageColumns);
    const outputSources = mode === 'append' ? file.imageColumns : [];
    this.outputColumns = outputSources.map((column) =>
      getOutputColumnNames(file, column, outputs).map((name) =>
        this.findOrAddColumn(name, usedColumns),
      ),
    );
    this.srcsetColumns = (outputs?.srcset ? outputSources : []).map((column) =>
      this.findOrAddColumn(formatColumnName(file, column, 'srcset'), usedColumns),
    );
    this.detailColumns = details.map(({ name }) => this.findOrAddColumn(name, usedColumns));
  }

  /** Returns the cells of a row. `append` escapes formulas unless raw cells are requested. */
  renderRow(row: OutputRow): Cell[] {
    const { cells } = row;
    const outputCells: Cell[] = [];
    for (let i = 0; i < this.header.length; i++) outputCells.push(cells[i] ?? '');
    const allMatches: MatchedImage[] = [];
    const images = new RowImages(row);
    for (const [i, column] of this.file.imageColumns.entries()) {
      const cell = cells[column] ?? '';
      const matches = this.matchEntries(cell, column, row, images);
      if (this.mode === 'append') this.writeOutputs(outputCells, i, matches);
      else outputCells[column] = this.replaceUrls(cell, row, matches);
      if (this.details.length > 0) allMatches.push(...matches);
    }
    for (const [i, detail] of this.details.entries()) {
      const texts = allMatches.map(({ image }) => image?.details?.[i] ?? '');
      outputCells[this.detailColumns[i]] = joinDetails(texts, detail);
    }
    return this.mode === 'replace' || this.isRaw
      ? outputCells
      : outputCells.map((cell) => escapeFormula(cell ?? ''));
  }

  private writeOutputs(
    outputCells: Cell[],
    imageColumn: number,
    matches: readonly MatchedImage[],
  ): void {
    const [firstColumn, ...additionalColumns] = this.outputColumns[imageColumn];
    outputCells[firstColumn] = joinOutputUrls(matches);
    for (const [i, column] of additionalColumns.entries()) {
      outputCells[column] = matches.map(({ image }) => image?.additionalUrls?.[i] ?? '').join(',');
    }
    if (this.srcsetColumns.length > 0) {
      const values = matches.map(({ image }) => image?.srcset ?? '');
      const isEmpty = values.every((value) => value === '');
      outputCells[this.srcsetColumns[imageColumn]] = isEmpty ? '' : values.join(SRCSET_SEPARATOR);
    }
  }

  private findOrAddColumn(name: string, usedColumns: Set<number>): number {
    const existingColumn = this.file.header.findIndex(
      (cell, i) => cell === name && !usedColumns.has(i),
    );
    const column = existingColumn >= 0 ? existingColumn : this.header.push(name) - 1;
    usedColumns.add(column);
    return column;
  }

  private matchEntries(
    cell: string,
    column: number,
    row: OutputRow,
    images: RowImages,
  ): MatchedImage[] {
    if (row.isPlainList) return row.images.map((image) => ({ image }));
    const columnImages = images.filterByColumn(column);
    let nextIndex = 0;
    return parseImageCell(cell, this.context).map((entry) => {
      const { start, end, url, fault } = entry;
      if (url === undefined && fault === undefined) return { entry };
      const reference = url ?? cell.slice(start, end).slice(0, MAX_ENTRY_LENGTH);
      if (columnImages[nextIndex]?.reference === reference)
        return { entry, image: columnImages[nextIndex++] };
      return { entry, image: images.findByReference(reference) };
    });
  }

  private replaceUrls(cell: string, row: OutputRow, matches: MatchedImage[]): string {
    if (!row.isPlainList) return replaceUrlsInCell(cell, matches);
    if (matches.every(({ image }) => image?.outputUrl != null)) return joinOutputUrls(matches);
    const entries = parseImageCell(cell, this.context).filter(({ url, fault }) => url ?? fault);
    return replaceUrlsInCell(
      cell,
      entries.map((entry, i) => ({ entry, image: matches[i]?.image })),
    );
  }
}

/** Finds the images of a row by column or by reference. */
class RowImages {
  private imageByReference?: Map<string, OutputImage>;

  constructor(private readonly row: OutputRow) {}

  filterByColumn(column: number): OutputImage[] {
    return this.row.images.filter((image) => image.column === undefined || image.column === column);
  }

  /** Finds the image of an entry that repeats an image of another column. */
  findByReference(reference: string): OutputImage | undefined {
    if (this.imageByReference === undefined) {
      this.imageByReference = new Map();
      for (const image of this.row.images) {
        const existingImage = this.imageByReference.get(image.reference);
        if (existingImage?.outputUrl == null) this.imageByReference.set(image.reference, image);
      }
    }
    return this.imageByReference.get(reference);
  }
}

/** Returns the name of each output's column for an image column. */
function getOutputColumnNames(
  file: CatalogDescription,
  column: number,
  outputs?: NamedOutputs,
): string[] {
  if (outputs) return outputs.names.map((name) => formatColumnName(file, column, name));
  return [file.imageColumns.length === 1 ? OUTPUT_COLUMN : `Output ${file.header[column]}`];
}

/** Returns `Output large`, or `Output Image 2 large` if there are several image columns. */
const formatColumnName = (
  { header, imageColumns }: CatalogDescription,
  column: number,
  name: string,
): string => (imageColumns.length === 1 ? `Output ${name}` : `Output ${header[column]} ${name}`);

/** Joins the output URL of each entry of the cell. An entry without an output is empty. */
function joinOutputUrls(matches: readonly MatchedImage[]): string {
  let text = '';
  for (let i = 0; i < matches.length; i++) {
    const url = matches[i].image?.outputUrl ?? '';
    text = i === 0 ? url : `${text},${url}`;
  }
  return text;
}

function replaceUrlsInCell(cell: string, matches: readonly MatchedImage[]): string {
  const urls = new Map(matches.map(({ entry, image }) => [entry!, image?.outputUrl ?? undefined]));
  return replaceInCell(cell, [...urls.keys()], (entry) => urls.get(entry));
}
