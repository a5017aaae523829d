import { readHeader } from '../catalog-header.js';
import type { CatalogOptions } from '../catalog-options.js';
import { FileProblem } from '../csv/file-problem.js';
import type { FileLimits } from '../file-limits.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { type FileLayout, HEAD_RECORDS, type RecordBatch, type RecordSource } from '../records.js';
import { readSharedStrings } from './shared-strings.js';
import { SheetLinks } from './sheet-links.js';
import { SheetParser, type SheetRow } from './sheet-parser.js';
import { StringTable } from './string-table.js';
import { TemporaryFile } from './temporary-file.js';
import { readWorkbook, type Sheet, sheetNamed, type Workbook } from './workbook.js';
import { XlsxPackage } from './xlsx-package.js';
import { xlsxTooLarge } from './xlsx-faults.js';

/** Number of rows in which an image column is searched to choose a sheet. */
const SAMPLE_ROWS = 100;
/** Maximum number of sheets that are searched. Most workbooks have fewer than ten. */
const MAX_SEARCHED_SHEETS = 100;

/** Resources that are open while a workbook is read. */
interface OpenWorkbook {
  parts: XlsxPackage;
  workbook: Workbook;
  strings: StringTable;
}

/**
 * Reads one sheet of an Excel workbook, in constant memory. Temporary files hold the file and most of its
 * shared strings. Rows are parsed as they are unpacked.
 */
export class XlsxSource implements RecordSource {
  private sheet = '';
  private sheets: string[] = [];
  private hasEmbeddedImages = false;
  private row = 1;

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: CatalogOptions,
    private readonly limits: FileLimits,
    /** Rejects a ZIP file that is not a workbook, by the names in it. */
    private readonly refuseOther: (paths: Iterable<string>) => FileProblem,
  ) {}

  get layout(): FileLayout {
    return {
      format: 'xlsx',
      encoding: 'utf-8',
      // For a download as CSV: Excel misreads UTF-8 without the mark.
      bom: true,
      delimiter: ',',
      newline: '\r\n',
      sheet: this.sheet,
      sheets: this.sheets,
      hasEmbeddedImages: this.hasEmbeddedImages,
      quotedLines: false,
      backslashQuotes: false,
      strayQuotes: 0,
    };
  }

  rawHead(): undefined {
    return undefined;
  }

  /** Row of the sheet. */
  findLine({ linesAhead }: FileProblem): number {
    return this.row + (linesAhead ?? 0);
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const file = await this.receive();
    const strings = new StringTable(this.limits.temporaryFolder);
    try {
      const parts = await XlsxPackage.open(file, this.limits.maxUnpackedBytes);
      if (!hasWorkbook(parts)) throw this.refuseOther(parts.paths());
      this.hasEmbeddedImages = containsEmbeddedImages(parts);
      const workbook = await readWorkbook(parts);
      this.sheets = workbook.sheets.map(({ name }) => name);
      await readSharedStrings(parts, workbook.sharedStrings, strings);
      const opened = { parts, workbook, strings };
      const sheet = await this.chooseSheet(opened);
      this.sheet = sheet.name;
      yield* this.readBatches(opened, sheet);
    } finally {
      await strings.close();
      await file.close();
    }
  }

  /** A ZIP file is read from its end. All of it must be present first. */
  private async receive(): Promise<TemporaryFile> {
    const file = await TemporaryFile.create(this.limits.temporaryFolder);
    try {
      let bytes = 0;
      for await (const chunk of this.source) {
        bytes += chunk.length;
        if (bytes > this.limits.maxXlsxBytes) {
          throw xlsxTooLarge(`it has more than ${Math.round(this.limits.maxXlsxBytes / 1e6)} MB`);
        }
        await file.handle.write(chunk);
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private async chooseSheet(opened: OpenWorkbook): Promise<Sheet> {
    const { sheets } = opened.workbook;
    if (this.options.sheet !== undefined) return sheetNamed(sheets, this.options.sheet);
    const visible = sheets.filter(({ isHidden }) => !isHidden);
    const candidates = visible.length > 0 ? visible : sheets;
    if (candidates.length === 1) return candidates[0];
    let best: { sheet: Sheet; rank: number } | undefined;
    for (const sheet of candidates.slice(0, MAX_SEARCHED_SHEETS)) {
      const rank = this.rankSheet(await sampleRows(opened, sheet));
      if (rank === HAS_IMAGES) return sheet;
      if (best === undefined || rank > best.rank) best = { sheet, rank };
    }
    return best!.sheet;
  }

  private rankSheet(records: string[][]): number {
    if (records.every((cells) => cells.length === 0)) return 0;
    try {
      const { index, layout } = readHeader(records, ',', this.options, []);
      const data = records.slice(index === undefined ? 0 : index + 1);
      const hasUrl = data.some((cells) =>
        layout.images.some((column) =>
          parseImageCell(cells[column] ?? '', layout.context).some(({ url }) => url !== undefined),
        ),
      );
      return hasUrl ? HAS_IMAGES : HAS_COLUMN;
    } catch (error) {
      if (error instanceof FileProblem) return HAS_ROWS;
      throw error;
    }
  }

  private async *readBatches(opened: OpenWorkbook, sheet: Sheet): AsyncGenerator<RecordBatch> {
    let next = 1;
    for await (const rows of readRows(opened, sheet)) {
      const batch: RecordBatch = { records: [], lines: [] };
      for (const { number, cells } of rows) {
        // Adds the rows that the file omits, because the options name the header by its row number.
        for (; next < number && next <= HEAD_RECORDS; next++) {
          batch.records.push([]);
          batch.lines.push(next);
        }
        batch.records.push(cells);
        batch.lines.push(number);
        next = number + 1;
      }
      this.row = next;
      yield batch;
    }
  }
}

const HAS_ROWS = 1;
const HAS_COLUMN = 2;
const HAS_IMAGES = 3;

function hasWorkbook(parts: XlsxPackage): boolean {
  for (const path of parts.paths()) if (/(?:^|\/)workbook\d{0,3}\.xml$/.test(path)) return true;
  return false;
}

function containsEmbeddedImages(parts: XlsxPackage): boolean {
  for (const path of parts.paths()) if (/^\/?xl\/media\/[^/]/i.test(path)) return true;
  return false;
}

async function sampleRows(opened: OpenWorkbook, sheet: Sheet): Promise<string[][]> {
  const records: string[][] = [];
  for await (const rows of readRows(opened, sheet)) {
    records.push(...rows.map(({ cells }) => cells));
    if (records.length >= SAMPLE_ROWS) break;
  }
  return records.slice(0, SAMPLE_ROWS);
}

/** Returns the rows of a sheet in batches, with links in their cells. The first batch selects the link columns. */
async function* readRows(
  { parts, workbook, strings }: OpenWorkbook,
  sheet: Sheet,
): AsyncGenerator<SheetRow[]> {
  const links = await SheetLinks.read(parts, sheet);
  const parser = new SheetParser(strings, workbook);
  let head: SheetRow[] | undefined = [];
  const ready = (rows: SheetRow[], last: boolean): SheetRow[] => {
    let batch = rows;
    if (head !== undefined) {
      head.push(...rows);
      if (!last && head.length < HEAD_RECORDS) return [];
      links.selectColumns(head.slice(0, HEAD_RECORDS));
      batch = head;
      head = undefined;
    }
    for (const row of batch) links.insertLinks(row);
    return batch;
  };
  for await (const text of parts.text(sheet.path)) {
    const rows = ready(parser.write(text), false);
    if (rows.length > 0) yield rows;
  }
  const rows = ready(parser.end(), true);
  if (rows.length > 0) yield rows;
}
