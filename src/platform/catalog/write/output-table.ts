import type { CatalogDescription } from '../catalog-reader.js';
import { MAX_ENTRY_LENGTH } from '../catalog-row.js';
import type { ImageCellContext, ImageEntry } from '../image-cell/image-entry.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { replaceInCell } from '../image-cell/replace-in-cell.js';
import { platformWithId } from '../platforms/index.js';
import type { Cell } from './csv-text.js';
import { type DetailColumn, joinDetails } from './detail-columns.js';
import { escapeFormula } from './escape-formula.js';

/** Output column of a file with one image column. With several, each has its own output column. */
export const OUTPUT_COLUMN = 'Output Image Urls';

/** `append` adds columns with the output URLs. `replace` writes them in place of the input URLs. */
export type OutputMode = 'append' | 'replace';

/** The data of one image that writing its row requires. */
export interface OutputImage {
  /** Position of its image column in the header; undefined: it is found by its reference alone. */
  column?: number;
  /** The reference in the row's cells, as read by the upload. */
  reference: string;
  /** URL of its first output. Null for a failed, cancelled or open image. */
  outputUrl: string | null;
  /** URLs of its additional outputs, in their order. */
  additionalUrls?: readonly (string | null)[];
  /** Value of the attribute `srcset`. */
  srcset?: string;
  /** One text for each detail column. */
  details?: readonly string[];
}

/** Outputs of each image, if they have names. */
export interface NamedOutputs {
  names: readonly string[];
  /** Adds a column with the values of `srcset`. */
  srcset: boolean;
}

/** Separates the values of `srcset` of several images, because a value contains commas. */
const SRCSET_SEPARATOR = ' | ';

/** One row to write. */
export interface OutputRow {
  cells: readonly Cell[];
  /** In the order of the upload. */
  images: readonly OutputImage[];
  /**
   * The cell of the only image column consists of the references of `images`, separated by commas. It is
   * then not parsed, and the images need no reference.
   */
  isPlainList?: boolean;
}

/** Renders the rows of an output file. */
export interface RowWriter {
  /** The header to write. */
  readonly header: string[];
  row(row: OutputRow): Cell[];
}

/** An entry of an image cell with the image that it names. */
interface NamedImage {
  entry?: ImageEntry;
  image?: OutputImage;
}

/**
 * Renders the rows of a request as its output file.
 *
 * The cells are parsed like the upload. Each entry is matched with its image by column, order and
 * reference. Each output URL therefore has the position of its input URL. Detail columns list the entries
 * of all image columns, one column after the other.
 */
export class OutputTable implements RowWriter {
  private readonly context: ImageCellContext;
  /** Positions of the outputs of each image column. A column of that name is overwritten. */
  private readonly targets: number[][];
  /** Position of the `srcset` values of each image column; empty without them. */
  private readonly srcsetTargets: number[];
  private readonly detailTargets: number[];
  readonly header: string[];

  constructor(
    private readonly file: CatalogDescription,
    private readonly mode: OutputMode,
    private readonly raw = false,
    private readonly details: readonly DetailColumn[] = [],
    outputs?: NamedOutputs,
  ) {
    this.context = { baseUrl: file.baseUrl, mediaUrl: platformWithId(file.platform).mediaUrl };
    this.header = [...file.header];
    const taken = new Set<number>(file.imageColumns);
    const added = mode === 'append' ? file.imageColumns : [];
    this.targets = added.map((column) =>
      namesFor(file, column, outputs).map((name) => this.target(name, taken)),
    );
    this.srcsetTargets = (outputs?.srcset ? added : []).map((column) =>
      this.target(nameWith(file, column, 'srcset'), taken),
    );
    this.detailTargets = details.map(({ name }) => this.target(name, taken));
  }

  /** Returns the cells of a row. `append` escapes formulas unless raw cells are requested. */
  row(row: OutputRow): Cell[] {
    const { cells } = row;
    const written: Cell[] = [];
    for (let i = 0; i < this.header.length; i++) written.push(cells[i] ?? '');
    const all: NamedImage[] = [];
    const images = new RowImages(row);
    for (const [i, column] of this.file.imageColumns.entries()) {
      const cell = cells[column] ?? '';
      const matches = this.matchEntries(cell, column, row, images);
      if (this.mode === 'append') this.writeOutputs(written, i, matches);
      else written[column] = this.replaceUrls(cell, row, matches);
      if (this.details.length > 0) all.push(...matches);
    }
    for (const [i, detail] of this.details.entries()) {
      const texts = all.map(({ image }) => image?.details?.[i] ?? '');
      written[this.detailTargets[i]] = joinDetails(texts, detail);
    }
    return this.mode === 'replace' || this.raw
      ? written
      : written.map((cell) => escapeFormula(cell ?? ''));
  }

  private writeOutputs(written: Cell[], imageColumn: number, matches: readonly NamedImage[]): void {
    const [first, ...further] = this.targets[imageColumn];
    written[first] = joinOutputUrls(matches);
    for (const [i, target] of further.entries()) {
      written[target] = matches.map(({ image }) => image?.additionalUrls?.[i] ?? '').join(',');
    }
    if (this.srcsetTargets.length > 0) {
      const values = matches.map(({ image }) => image?.srcset ?? '');
      const isEmpty = values.every((value) => value === '');
      written[this.srcsetTargets[imageColumn]] = isEmpty ? '' : values.join(SRCSET_SEPARATOR);
    }
  }

  private target(name: string, taken: Set<number>): number {
    const known = this.file.header.findIndex((cell, at) => cell === name && !taken.has(at));
    const target = known >= 0 ? known : this.header.push(name) - 1;
    taken.add(target);
    return target;
  }

  private matchEntries(
    cell: string,
    column: number,
    row: OutputRow,
    images: RowImages,
  ): NamedImage[] {
    if (row.isPlainList) return row.images.map((image) => ({ image }));
    const own = images.ofColumn(column);
    let next = 0;
    return parseImageCell(cell, this.context).map((entry) => {
      const { start, end, url, fault } = entry;
      if (url === undefined && fault === undefined) return { entry };
      const reference = url ?? cell.slice(start, end).slice(0, MAX_ENTRY_LENGTH);
      if (own[next]?.reference === reference) return { entry, image: own[next++] };
      return { entry, image: images.withReference(reference) };
    });
  }

  private replaceUrls(cell: string, row: OutputRow, matches: NamedImage[]): string {
    if (!row.isPlainList) return replaceInCellUrls(cell, matches);
    if (matches.every(({ image }) => image?.outputUrl != null)) return joinOutputUrls(matches);
    const entries = parseImageCell(cell, this.context).filter(({ url, fault }) => url ?? fault);
    return replaceInCellUrls(
      cell,
      entries.map((entry, i) => ({ entry, image: matches[i]?.image })),
    );
  }
}

/** Finds the images of a row by column or by reference. */
class RowImages {
  private byReference?: Map<string, OutputImage>;

  constructor(private readonly row: OutputRow) {}

  ofColumn(column: number): OutputImage[] {
    return this.row.images.filter((image) => image.column === undefined || image.column === column);
  }

  /** An entry whose image is counted in another column has the output of that image. */
  withReference(reference: string): OutputImage | undefined {
    if (this.byReference === undefined) {
      this.byReference = new Map();
      for (const image of this.row.images) {
        const known = this.byReference.get(image.reference);
        if (known?.outputUrl == null) this.byReference.set(image.reference, image);
      }
    }
    return this.byReference.get(reference);
  }
}

/** Returns the names of the output columns of an image column: one for each output. */
function namesFor(file: CatalogDescription, column: number, outputs?: NamedOutputs): string[] {
  if (outputs) return outputs.names.map((name) => nameWith(file, column, name));
  return [file.imageColumns.length === 1 ? OUTPUT_COLUMN : `Output ${file.header[column]}`];
}

/** Returns `Output large`; with several image columns `Output Image 2 large`. */
const nameWith = (
  { header, imageColumns }: CatalogDescription,
  column: number,
  name: string,
): string => (imageColumns.length === 1 ? `Output ${name}` : `Output ${header[column]} ${name}`);

/** Returns one entry for each entry of the cell; empty if there is no output. */
function joinOutputUrls(matches: readonly NamedImage[]): string {
  let text = '';
  for (let i = 0; i < matches.length; i++) {
    const url = matches[i].image?.outputUrl ?? '';
    text = i === 0 ? url : `${text},${url}`;
  }
  return text;
}

function replaceInCellUrls(cell: string, matches: readonly NamedImage[]): string {
  const urls = new Map(matches.map(({ entry, image }) => [entry!, image?.outputUrl ?? undefined]));
  return replaceInCell(cell, [...urls.keys()], (entry) => urls.get(entry));
}
