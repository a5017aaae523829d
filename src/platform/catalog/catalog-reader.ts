import { type CatalogHeader, readHeader, sampleHeader } from './catalog-header.js';
import type { CatalogOptions } from './catalog-options.js';
import { type CatalogRow, readRow } from './catalog-row.js';
import { FileProblem } from './csv/file-problem.js';
import { CatalogRejections } from './catalog-rejections.js';
import { CatalogProblems, type CatalogWarning } from './problems.js';
import { buildReadingWarnings } from './reading-warnings.js';
import { isExpiredUrl } from '../url/url-expiry.js';
import { type FileLayout, HEAD_RECORDS, type RecordBatch, type RecordSource } from './records.js';

/** Number of rows below the header that are sampled to detect the columns. */
const SAMPLE_ROWS = 200;
/** Maximum number of placeholders that a warning lists. */
const MAX_LISTED_PLACEHOLDERS = 5;

/** Metadata of a file, stored with its rows. Output files are written from both. */
export interface CatalogDescription {
  layout: FileLayout;
  /** ID of the platform in the API. */
  platform: string;
  /** Header row number, from 1; null if the file has no header. */
  headerRow: number | null;
  header: string[];
  /** Records before the header. */
  preamble: string[][];
  /** Raw text of the same records (CSV). */
  rawPreamble?: string;
  /** Indexes of the image columns, in file order. */
  imageColumns: number[];
  serialColumn: number | null;
  nameColumn: number | null;
  baseUrl?: string;
}

/**
 * Reads a product file in constant memory. Rows are returned in batches of a few thousand. A problem in a
 * row does not reject the file. A strict reader returns no rows after the first problem, but still checks
 * every row. It then throws an error that lists the problems.
 */
export class CatalogReader {
  readonly warnings: CatalogWarning[] = [];
  readonly problems = new CatalogProblems();
  productCount = 0;
  imageCount = 0;
  /** Number of images that cannot be downloaded, as determined from the file alone. */
  faultyImageCount = 0;
  productsWithoutImagesCount = 0;
  /**
   * Number of groups of adjacent rows with the same serial number. A group is one product with its
   * variants and additional images.
   */
  distinctProductCount = 0;

  private header?: CatalogHeader;
  private head: RecordBatch = { records: [], lineNumbers: [], damagedIndexes: [] };
  private blankRowCount = 0;
  private expiredLinkCount = 0;
  private readonly imageCountByColumn = new Map<number, number>();
  private readonly damagedLineNumbers: number[] = [];
  /** Cell values that mean "no image". */
  private readonly placeholders = new Set<string>();
  private maxCellCount = 0;
  private lastSerialNumber?: string;

  private readonly rejections: CatalogRejections;

  constructor(
    private readonly source: RecordSource,
    private readonly options: CatalogOptions = {},
  ) {
    this.rejections = new CatalogRejections(source, this.problems, this.warnings);
  }

  /** @throws CatalogRejectedError */
  async *read(): AsyncGenerator<CatalogRow[]> {
    try {
      for await (const batch of this.source.read()) {
        const rows = this.readBatch(batch, false);
        if (rows.length > 0) yield rows;
      }
      const rows = this.readBatch({ records: [], lineNumbers: [] }, true);
      if (rows.length > 0) yield rows;
    } catch (error) {
      throw error instanceof FileProblem ? this.rejections.createFileProblemError(error) : error;
    }
    this.finishReading();
  }

  /** Metadata of the file. Final once all rows have been read, because an image column must contain an image. */
  get description(): CatalogDescription {
    const { platform, index, layout } = this.header!;
    const imageColumns = layout.imageColumns.filter(
      (column) => this.imageCountByColumn.has(column) || layout.duplicateImageColumns.has(column),
    );
    const header = [...layout.header];
    while (header.length < this.maxCellCount) header.push('');
    return {
      layout: this.source.layout,
      platform: platform.id,
      headerRow: index === undefined ? null : index + 1,
      header,
      preamble: index === undefined ? [] : this.head.records.slice(0, index),
      rawPreamble: index === undefined ? undefined : this.source.getRawHead(index),
      imageColumns,
      serialColumn: layout.serialColumn ?? null,
      nameColumn: layout.nameColumn ?? null,
      baseUrl: this.options.baseUrl,
    };
  }

  private readBatch(batch: RecordBatch, isLast: boolean): CatalogRow[] {
    if (this.header !== undefined) return this.readRows(batch, 0);
    const head = this.head;
    const isBlankBatchAfterHead =
      head.records.length >= HEAD_RECORDS && batch.records.every(isBlank);
    // Skips leading blank records. They would fill the memory and be examined again with every batch.
    if (isBlankBatchAfterHead && head.records.every(isBlank)) return [];
    for (const i of batch.damagedIndexes ?? []) head.damagedIndexes!.push(head.records.length + i);
    head.records.push(...batch.records);
    head.lineNumbers.push(...batch.lineNumbers);
    if (!isLast && head.records.length < HEAD_RECORDS + SAMPLE_ROWS) return [];
    if (head.records.every(isBlank)) return [];
    return this.readHead(head);
  }

  private readHead(head: RecordBatch): CatalogRow[] {
    const sample = head.records.slice(0, HEAD_RECORDS + SAMPLE_ROWS);
    this.rejections.header = sampleHeader(sample, this.options);
    const { delimiter } = this.source.layout;
    this.header = readHeader(sample, delimiter, this.options, this.warnings);
    const rows = this.readRows(head, this.header.index === undefined ? 0 : this.header.index + 1);
    this.head = { records: head.records.slice(0, HEAD_RECORDS), lineNumbers: [] };
    return rows;
  }

  private readRows(
    { records, lineNumbers, damagedIndexes }: RecordBatch,
    startIndex: number,
  ): CatalogRow[] {
    this.addLateColumns();
    const rows: CatalogRow[] = [];
    for (let i = startIndex; i < records.length; i++) {
      const cells = records[i];
      if (isBlank(cells)) {
        if (cells.length > 1) this.blankRowCount++;
        continue;
      }
      const row = readRow(
        cells,
        ++this.productCount,
        lineNumbers[i],
        this.header!.layout,
        this.problems,
      );
      this.countRow(row);
      rows.push(row);
    }
    for (const i of damagedIndexes ?? [])
      if (i >= startIndex) this.damagedLineNumbers.push(lineNumbers[i]);
    return this.options.strict && this.problems.count > 0 ? [] : rows;
  }

  /** Adds the columns of attributes that occur only in later items of a feed. */
  private addLateColumns(): void {
    const { layout } = this.header!;
    const names = this.source.getColumnNames?.();
    if (names !== undefined && names.length > layout.header.length) layout.header = [...names];
  }

  private countRow({ images, cells, serialNumber }: CatalogRow): void {
    if (serialNumber !== this.lastSerialNumber) this.distinctProductCount++;
    this.lastSerialNumber = serialNumber;
    this.imageCount += images.length;
    if (images.length === 0) this.productsWithoutImagesCount++;
    if (images.length === 0) this.recordPlaceholders(cells);
    for (const { column, url, fault } of images) {
      if (fault !== undefined) this.faultyImageCount++;
      else if (isExpiredUrl(url)) this.expiredLinkCount++;
      this.imageCountByColumn.set(column, (this.imageCountByColumn.get(column) ?? 0) + 1);
    }
    if (cells.length > this.maxCellCount) this.maxCellCount = cells.length;
  }

  private recordPlaceholders(cells: readonly string[]): void {
    if (this.placeholders.size >= MAX_LISTED_PLACEHOLDERS) return;
    for (const column of this.header!.layout.imageColumns) {
      const text = cells[column].trim();
      if (text !== '') this.placeholders.add(text.slice(0, 40));
    }
  }

  private finishReading(): void {
    if (this.header === undefined) {
      throw this.rejections.createError(
        'csv_empty',
        'The file is empty. It needs a header row and at least one product.',
      );
    }
    if (this.productCount === 0)
      throw this.rejections.createError(
        'csv_without_rows',
        'The file has a header but no products.',
      );
    this.addWarnings();
    if (this.options.strict && this.problems.count > 0)
      throw this.rejections.createInvalidRowsError();
    if (this.imageCount === this.faultyImageCount)
      throw this.rejections.createUnusableImagesError();
  }

  private addWarnings(): void {
    const { layout } = this.source;
    this.warnings.push(
      ...buildReadingWarnings({
        layout,
        isEncodingChosen: this.options.encoding !== undefined,
        damagedLineNumbers: this.damagedLineNumbers,
        blankRowCount: this.blankRowCount,
        placeholders: [...this.placeholders],
        productsWithoutImagesCount: this.productsWithoutImagesCount,
        expiredLinkCount: this.expiredLinkCount,
      }),
    );
  }
}

const isBlank = (cells: readonly string[]): boolean =>
  cells.every((cell) => cell === '' || cell.trim() === '');
