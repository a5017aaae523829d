import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Cell } from './csv-text.js';
import { toSheetName, buildWorkbookParts } from './xlsx-parts.js';
import { escapeCellText, toColumnLetters, MAX_CELL_LENGTH, XlsxLimitError } from './xlsx-cells.js';

/** Maximum number of rows and columns in an Excel sheet. */
export const MAX_SHEET_ROWS = 1_048_576;
export const MAX_SHEET_COLUMNS = 16_384;
const SHEET_START =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>';
const SHEET_END = '</sheetData></worksheet>';

/**
 * Writes rows as an Excel workbook with one sheet in constant memory. All cells are text, so formulas are not
 * evaluated and long numbers keep their digits. Numbers from an uploaded sheet also become text.
 *
 * @param batches rows in the order of the sheet
 * @throws XlsxLimitError if a row, column or cell exceeds a limit of Excel
 */
export async function* writeXlsxFile(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  { sheet, maxRows = MAX_SHEET_ROWS }: { sheet?: string; maxRows?: number } = {},
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of buildWorkbookParts(toSheetName(sheet))) {
    zip.addBuffer(Buffer.from(content), path);
  }
  const rows = Readable.from(writeSheetXml(batches, maxRows), { objectMode: false });
  zip.addReadStream(rows, 'xl/worksheets/sheet1.xml');
  zip.end();
  const output = Readable.from(zip.outputStream);
  zip.on('error', (error) => output.destroy(error as Error));
  rows.on('error', (error) => output.destroy(error));
  try {
    for await (const chunk of output) yield chunk as Buffer;
  } finally {
    rows.destroy();
  }
}

async function* writeSheetXml(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  maxRows: number,
): AsyncGenerator<string> {
  const letters: string[] = [];
  let rowNumber = 0;
  yield SHEET_START;
  for await (const rows of batches) {
    let xml = '';
    for (const cells of rows) {
      rowNumber++;
      if (rowNumber > maxRows) {
        throw new XlsxLimitError(
          'xlsx_too_many_rows',
          `An Excel sheet has at most ${maxRows} rows. Download CSV instead.`,
        );
      }
      xml += formatRowXml(cells, rowNumber, letters);
    }
    yield xml;
  }
  yield SHEET_END;
}

function formatRowXml(cells: readonly Cell[], rowNumber: number, letters: string[]): string {
  if (cells.length > MAX_SHEET_COLUMNS) {
    throw new XlsxLimitError(
      'xlsx_too_many_columns',
      `Row ${rowNumber} has more than ${MAX_SHEET_COLUMNS} columns. Download CSV instead.`,
    );
  }
  let xml = `<row r="${rowNumber}">`;
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column];
    if (cell === null || cell === '') continue;
    if (cell.length > MAX_CELL_LENGTH) {
      throw new XlsxLimitError(
        'xlsx_cell_too_long',
        `A cell in row ${rowNumber} has more than ${MAX_CELL_LENGTH} characters, which is Excel's limit. Download CSV instead.`,
      );
    }
    letters[column] ??= toColumnLetters(column);
    // Style 1 is the "Text" format, so an edited cell remains text.
    xml += `<c r="${letters[column]}${rowNumber}" s="1" t="inlineStr"><is><t xml:space="preserve">${escapeCellText(cell)}</t></is></c>`;
  }
  return `${xml}</row>`;
}
