import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Cell } from './csv-text.js';
import { sheetName, WORKBOOK_PARTS } from './xlsx-parts.js';
import { cellText, columnLetters, MAX_CELL_LENGTH, XlsxLimitError } from './xlsx-cells.js';

/** Maximum number of rows and columns of a sheet in Excel. */
export const MAX_SHEET_ROWS = 1_048_576;
export const MAX_SHEET_COLUMNS = 16_384;
const SHEET_START =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>';
const SHEET_END = '</sheetData></worksheet>';

/**
 * Writes rows as an Excel workbook of one sheet, in constant memory. All cells are text: no cell is a
 * formula, and long numbers keep their digits. Numbers of an uploaded sheet become text too.
 *
 * @param batches rows in the order of the sheet
 * @throws XlsxLimitError when a row, column or cell exceeds a limit of Excel
 */
export async function* xlsxFile(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  { sheet, maxRows = MAX_SHEET_ROWS }: { sheet?: string; maxRows?: number } = {},
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of WORKBOOK_PARTS(sheetName(sheet))) {
    zip.addBuffer(Buffer.from(content), path);
  }
  const rows = Readable.from(sheetXml(batches, maxRows), { objectMode: false });
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

async function* sheetXml(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  maxRows: number,
): AsyncGenerator<string> {
  const letters: string[] = [];
  let number = 0;
  yield SHEET_START;
  for await (const rows of batches) {
    let xml = '';
    for (const cells of rows) {
      number++;
      if (number > maxRows) {
        throw new XlsxLimitError(
          'xlsx_too_many_rows',
          `An Excel sheet has at most ${maxRows} rows. Download CSV instead.`,
        );
      }
      xml += rowXml(cells, number, letters);
    }
    yield xml;
  }
  yield SHEET_END;
}

function rowXml(cells: readonly Cell[], number: number, letters: string[]): string {
  if (cells.length > MAX_SHEET_COLUMNS) {
    throw new XlsxLimitError(
      'xlsx_too_many_columns',
      `Row ${number} has more than ${MAX_SHEET_COLUMNS} columns. Download CSV instead.`,
    );
  }
  let xml = `<row r="${number}">`;
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column];
    if (cell === null || cell === '') continue;
    if (cell.length > MAX_CELL_LENGTH) {
      throw new XlsxLimitError(
        'xlsx_cell_too_long',
        `A cell of row ${number} has more than ${MAX_CELL_LENGTH} characters, Excel's limit. Download CSV instead.`,
      );
    }
    letters[column] ??= columnLetters(column);
    // Style 1 is the format "Text": an edited cell remains text.
    xml += `<c r="${letters[column]}${number}" s="1" t="inlineStr"><is><t xml:space="preserve">${cellText(cell)}</t></is></c>`;
  }
  return `${xml}</row>`;
}
