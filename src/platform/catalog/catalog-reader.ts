import { type CatalogHeader, readHeader, sampleHeader } from './catalog-header.js';
import type { CatalogOptions } from './catalog-options.js';
import { type CatalogRow, readRow } from './catalog-row.js';
import { FileProblem } from './csv/file-problem.js';
import { CatalogRefusals } from './catalog-refusals.js';
import { CatalogProblems, type CatalogWarning } from './problems.js';
import { readingWarnings } from './reading-warnings.js';
import { isExpiredUrl } from '../url/url-expiry.js';
import { type FileLayout, HEAD_RECORDS, type RecordBatch, type RecordSource } from './records.js';

/** Rows below the header whose cells help to detect the columns. */
const SAMPLE_ROWS = 200;
/** Maximum number of texts read as "no image" that a warning lists. */
const MAX_LISTED_TEXTS = 5;

/** Metadata of a file that is stored with its rows. The file can be written again from both. */
export interface CatalogDescription {
  layout: FileLayout;
  /** Name of the platform in the API. */
  platform: string;
  /** Row of the header, from 1; null when the file has none. */
  headerRow: number | null;
  header: string[];
  /** Records before the header. */
  preamble: string[][];
  /** The same records as they are written in the file (CSV). */
  rawPreamble?: string;
  /** Positions of the image columns, in file order. */
  imageColumns: number[];
  serialColumn: number | null;
  nameColumn: number | null;
  baseUrl?: string;
}

/**
 * Reads a product file in constant memory. Rows are returned in batches of a few thousand. A problem in a
 * row does not reject the file. A strict reader returns no rows after the first problem, but checks all of
 * them. It then throws an error that lists the problems.
 */
export class CatalogReader {
  readonly warnings: CatalogWarning[] = [];
  readonly problems = new CatalogProblems();
  products = 0;
  images = 0;
  /** Images that cannot be downloaded, as detected by reading alone. */
  faultyImages = 0;
  productsWithoutImages = 0;
  /**
   * Groups of neighboring rows with the same serial number: variants and additional images of one
   * product.
   */
  distinctProducts = 0;

  private header?: CatalogHeader;
  private head: RecordBatch = { records: [], lines: [], damaged: [] };
  private blankRows = 0;
  private expiredLinks = 0;
  private readonly imagesOfColumn = new Map<number, number>();
  private readonly damagedLines: number[] = [];
  /** Texts read as "no image". */
  private readonly placeholders = new Set<string>();
  private widest = 0;
  private lastSerialNumber?: string;

  private readonly refusals: CatalogRefusals;

  constructor(
    private readonly source: RecordSource,
    private readonly options: CatalogOptions = {},
  ) {
    this.refusals = new CatalogRefusals(source, this.problems, this.warnings);
  }

  /** @throws CatalogRefusedError */
  async *read(): AsyncGenerator<CatalogRow[]> {
    try {
      for await (const batch of this.source.read()) {
        const rows = this.readBatch(batch, false);
        if (rows.length > 0) yield rows;
      }
      const rows = this.readBatch({ records: [], lines: [] }, true);
      if (rows.length > 0) yield rows;
    } catch (error) {
      throw error instanceof FileProblem ? this.refusals.byFileProblem(error) : error;
    }
    this.finish();
  }

  /** Final after all rows were read: a column without any image is not an image column. */
  get description(): CatalogDescription {
    const { platform, index, layout } = this.header!;
    const used = layout.images.filter(
      (column) => this.imagesOfColumn.has(column) || layout.repeated.has(column),
    );
    const header = [...layout.header];
    while (header.length < this.widest) header.push('');
    return {
      layout: this.source.layout,
      platform: platform.id,
      headerRow: index === undefined ? null : index + 1,
      header,
      preamble: index === undefined ? [] : this.head.records.slice(0, index),
      rawPreamble: index === undefined ? undefined : this.source.rawHead(index),
      imageColumns: used,
      serialColumn: layout.serial ?? null,
      nameColumn: layout.name ?? null,
      baseUrl: this.options.baseUrl,
    };
  }

  private readBatch(batch: RecordBatch, last: boolean): CatalogRow[] {
    if (this.header !== undefined) return this.rows(batch, 0);
    const head = this.head;
    const isBlankStart = head.records.length >= HEAD_RECORDS && batch.records.every(isBlank);
    // Endless blank lines would fill the memory and be examined again with every batch.
    if (isBlankStart && head.records.every(isBlank)) return [];
    for (const i of batch.damaged ?? []) head.damaged!.push(head.records.length + i);
    head.records.push(...batch.records);
    head.lines.push(...batch.lines);
    if (!last && head.records.length < HEAD_RECORDS + SAMPLE_ROWS) return [];
    if (head.records.every(isBlank)) return [];
    return this.startWith(head);
  }

  private startWith(head: RecordBatch): CatalogRow[] {
    const sample = head.records.slice(0, HEAD_RECORDS + SAMPLE_ROWS);
    this.refusals.header = sampleHeader(sample, this.options);
    const { delimiter } = this.source.layout;
    this.header = readHeader(sample, delimiter, this.options, this.warnings);
    const rows = this.rows(head, this.header.index === undefined ? 0 : this.header.index + 1);
    this.head = { records: head.records.slice(0, HEAD_RECORDS), lines: [] };
    return rows;
  }

  private rows({ records, lines, damaged }: RecordBatch, from: number): CatalogRow[] {
    this.addLateColumns();
    const rows: CatalogRow[] = [];
    for (let i = from; i < records.length; i++) {
      const cells = records[i];
      if (isBlank(cells)) {
        if (cells.length > 1) this.blankRows++;
        continue;
      }
      const row = readRow(cells, ++this.products, lines[i], this.header!.layout, this.problems);
      this.count(row);
      rows.push(row);
    }
    for (const i of damaged ?? []) if (i >= from) this.damagedLines.push(lines[i]);
    return this.options.strict && this.problems.count > 0 ? [] : rows;
  }

  /** A feed's first items may lack attributes of later ones. */
  private addLateColumns(): void {
    const { layout } = this.header!;
    const names = this.source.columnNames?.();
    if (names !== undefined && names.length > layout.header.length) layout.header = [...names];
  }

  private count({ images, cells, serialNumber }: CatalogRow): void {
    if (serialNumber !== this.lastSerialNumber) this.distinctProducts++;
    this.lastSerialNumber = serialNumber;
    this.images += images.length;
    if (images.length === 0) this.productsWithoutImages++;
    if (images.length === 0) this.notePlaceholders(cells);
    for (const { column, url, fault } of images) {
      if (fault !== undefined) this.faultyImages++;
      else if (isExpiredUrl(url)) this.expiredLinks++;
      this.imagesOfColumn.set(column, (this.imagesOfColumn.get(column) ?? 0) + 1);
    }
    if (cells.length > this.widest) this.widest = cells.length;
  }

  private notePlaceholders(cells: readonly string[]): void {
    if (this.placeholders.size >= MAX_LISTED_TEXTS) return;
    for (const column of this.header!.layout.images) {
      const text = cells[column].trim();
      if (text !== '') this.placeholders.add(text.slice(0, 40));
    }
  }

  private finish(): void {
    if (this.header === undefined) {
      throw this.refusals.byCode(
        'csv_empty',
        'The file is empty. It needs a header row and at least one product.',
      );
    }
    if (this.products === 0)
      throw this.refusals.byCode('csv_without_rows', 'The file has a header but no products.');
    this.addWarnings();
    if (this.options.strict && this.problems.count > 0) throw this.refusals.byRows();
    if (this.images === this.faultyImages) throw this.refusals.byUnusableImages();
  }

  private addWarnings(): void {
    const { layout } = this.source;
    this.warnings.push(
      ...readingWarnings({
        layout,
        isEncodingChosen: this.options.encoding !== undefined,
        damagedLines: this.damagedLines,
        blankRows: this.blankRows,
        placeholders: [...this.placeholders],
        productsWithoutImages: this.productsWithoutImages,
        expiredLinks: this.expiredLinks,
      }),
    );
  }
}

const isBlank = (cells: readonly string[]): boolean =>
  cells.every((cell) => cell === '' || cell.trim() === '');
