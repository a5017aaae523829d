import { readHeader } from '../catalog-header.js';
import type { CatalogOptions } from '../catalog-options.js';
import { FileProblem } from '../csv/file-problem.js';
import type { FileReadOptions } from '../file-read-options.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { type FileLayout, HEAD_RECORDS, type RecordBatch, type RecordSource } from '../records.js';
import { readSharedStrings } from './shared-strings.js';
import { SheetLinks } from './sheet-links.js';
import { SheetParser, type SheetRow } from './sheet-parser.js';
import { StringTable } from './string-table.js';
import { TemporaryFile } from './temporary-file.js';
import { readWorkbook, type Sheet, findSheet, type Workbook } from './workbook.js';
import { XlsxPackage } from './xlsx-package.js';
import { createXlsxTooLargeError } from './xlsx-errors.js';

/** Number of rows that are searched for an image column in each sheet. */
const SAMPLE_ROWS = 100;
/** Maximum number of sheets that are searched. Most workbooks have fewer than ten. */
const MAX_SEARCHED_SHEETS = 100;

/** Resources that stay open while a workbook is read. */
interface OpenWorkbook {
  parts: XlsxPackage;
  workbook: Workbook;
  strings: StringTable;
}

/**
 * Reads one sheet of an Excel workbook in constant memory. Temporary files store the workbook and most of its
 * shared strings. Rows are parsed while they are unpacked.
 */
export class XlsxSource implements RecordSource {
  private sheetName = '';
  private sheetNames: string[] = [];
  private hasEmbeddedImages = false;
  private row = 1;

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: CatalogOptions,
    private readonly readOptions: FileReadOptions,
    /** Creates the error for a ZIP file that is not a workbook, based on its entry names. */
    private readonly createNotWorkbookError: (paths: Iterable<string>) => FileProblem,
  ) {}

  get layout(): FileLayout {
    return {
      format: 'xlsx',
      encoding: 'utf-8',
      // CSV downloads need the byte order mark, because Excel misreads UTF-8 without it.
      bom: true,
      delimiter: ',',
      newline: '\r\n',
      sheet: this.sheetName,
      sheets: this.sheetNames,
      hasEmbeddedImages: this.hasEmbeddedImages,
      quotedLines: false,
      backslashQuotes: false,
      strayQuotes: 0,
    };
  }

  getRawHead(): undefined {
    return undefined;
  }

  /** Returns a row number in the sheet. */
  findLine({ linesBefore }: FileProblem): number {
    return this.row + (linesBefore ?? 0);
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const file = await this.storeFile();
    const strings = new StringTable(this.readOptions.temporaryFolder);
    try {
      const parts = await XlsxPackage.open(file, this.readOptions.maxUnpackedBytes);
      if (!hasWorkbook(parts)) throw this.createNotWorkbookError(parts.listPaths());
      this.hasEmbeddedImages = containsEmbeddedImages(parts);
      const workbook = await readWorkbook(parts);
      this.sheetNames = workbook.sheets.map(({ name }) => name);
      await readSharedStrings(parts, workbook.sharedStringsPath, strings);
      const openWorkbook = { parts, workbook, strings };
      const sheet = await this.chooseSheet(openWorkbook);
      this.sheetName = sheet.name;
      yield* this.readBatches(openWorkbook, sheet);
    } finally {
      await strings.close();
      await file.close();
    }
  }

  /** Stores the whole file, because a ZIP file is read from its end. */
  private async storeFile(): Promise<TemporaryFile> {
    const file = await TemporaryFile.create(this.readOptions.temporaryFolder);
    try {
      let bytes = 0;
      for await (const chunk of this.source) {
        bytes += chunk.length;
        if (bytes > this.readOptions.maxXlsxBytes) {
          throw createXlsxTooLargeError(
            `it is larger than ${Math.round(this.readOptions.maxXlsxBytes / 1e6)} MB`,
          );
        }
        await file.handle.write(chunk);
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private async chooseSheet(openWorkbook: OpenWorkbook): Promise<Sheet> {
    const { sheets } = openWorkbook.workbook;
    if (this.options.sheet !== undefined) return findSheet(sheets, this.options.sheet);
    const visibleSheets = sheets.filter(({ isHidden }) => !isHidden);
    const candidates = visibleSheets.length > 0 ? visibleSheets : sheets;
    if (candidates.length === 1) return candidates[0];
    let bestMatch: { sheet: Sheet; rank: number } | undefined;
    for (const sheet of candidates.slice(0, MAX_SEARCHED_SHEETS)) {
      const rank = this.rankSheet(await sampleRows(openWorkbook, sheet));
      if (rank === RANK_HAS_IMAGES) return sheet;
      if (bestMatch === undefined || rank > bestMatch.rank) bestMatch = { sheet, rank };
    }
    return bestMatch!.sheet;
  }

  private rankSheet(records: string[][]): number {
    if (records.every((cells) => cells.length === 0)) return 0;
    try {
      const { index, layout } = readHeader(records, ',', this.options, []);
      const dataRows = records.slice(index === undefined ? 0 : index + 1);
      const hasUrl = dataRows.some((cells) =>
        layout.imageColumns.some((column) =>
          parseImageCell(cells[column] ?? '', layout.context).some(({ url }) => url !== undefined),
        ),
      );
      return hasUrl ? RANK_HAS_IMAGES : RANK_HAS_IMAGE_COLUMN;
    } catch (error) {
      if (error instanceof FileProblem) return RANK_HAS_ROWS;
      throw error;
    }
  }

  private async *readBatches(
    openWorkbook: OpenWorkbook,
    sheet: Sheet,
  ): AsyncGenerator<RecordBatch> {
    let nextRowNumber = 1;
    for await (const rows of readRows(openWorkbook, sheet)) {
      const batch: RecordBatch = { records: [], lineNumbers: [] };
      for (const { number, cells } of rows) {
        // Adds the rows that the file omits, because the options specify the header by its row number.
        for (; nextRowNumber < number && nextRowNumber <= HEAD_RECORDS; nextRowNumber++) {
          batch.records.push([]);
          batch.lineNumbers.push(nextRowNumber);
        }
        batch.records.push(cells);
        batch.lineNumbers.push(number);
        nextRowNumber = number + 1;
      }
      this.row = nextRowNumber;
      yield batch;
    }
  }
}

const RANK_HAS_ROWS = 1;
const RANK_HAS_IMAGE_COLUMN = 2;
const RANK_HAS_IMAGES = 3;

function hasWorkbook(parts: XlsxPackage): boolean {
  for (const path of parts.listPaths()) if (/(?:^|\/)workbook\d{0,3}\.xml$/.test(path)) return true;
  return false;
}

function containsEmbeddedImages(parts: XlsxPackage): boolean {
  for (const path of parts.listPaths()) if (/^\/?xl\/media\/[^/]/i.test(path)) return true;
  return false;
}

async function sampleRows(openWorkbook: OpenWorkbook, sheet: Sheet): Promise<string[][]> {
  const records: string[][] = [];
  for await (const rows of readRows(openWorkbook, sheet)) {
    records.push(...rows.map(({ cells }) => cells));
    if (records.length >= SAMPLE_ROWS) break;
  }
  return records.slice(0, SAMPLE_ROWS);
}

/** Reads the rows of a sheet in batches and inserts links into cells. The first rows determine the link columns. */
async function* readRows(
  { parts, workbook, strings }: OpenWorkbook,
  sheet: Sheet,
): AsyncGenerator<SheetRow[]> {
  const links = await SheetLinks.readLinks(parts, sheet);
  const parser = new SheetParser(strings, workbook);
  let head: SheetRow[] | undefined = [];
  const processRows = (rows: SheetRow[], isLast: boolean): SheetRow[] => {
    let batch = rows;
    if (head !== undefined) {
      head.push(...rows);
      if (!isLast && head.length < HEAD_RECORDS) return [];
      links.selectColumns(head.slice(0, HEAD_RECORDS));
      batch = head;
      head = undefined;
    }
    for (const row of batch) links.insertLinks(row);
    return batch;
  };
  for await (const text of parts.readPart(sheet.path)) {
    const rows = processRows(parser.write(text), false);
    if (rows.length > 0) yield rows;
  }
  const rows = processRows(parser.end(), true);
  if (rows.length > 0) yield rows;
}
