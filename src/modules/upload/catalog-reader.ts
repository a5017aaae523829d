import type {
  ColumnMapping,
  CsvDialect,
} from '../../platform/database/entities/processing-request.entity.js';
import { checkRow, type CatalogRow, type RowLayout } from './catalog-row.js';
import { COLUMN_ALIASES, mapColumns } from './columns.js';
import { decodeText, type EncodingSeen } from './csv/decode.js';
import { countNewlines, FileProblem } from './csv/file-problem.js';
import { findHeader, type HeaderFound } from './csv/header.js';
import { parseRecords } from './csv/papa.js';
import { MAX_COLUMNS, wholeRecords } from './csv/record-guard.js';
import { CsvProblems, InvalidCsvError } from './problems.js';

/** Something the user should know although the upload was accepted. */
export interface UploadWarning {
  code: string;
  message: string;
}

/** What the header says. */
export interface CatalogHeader {
  cells: string[];
  columns: ColumnMapping;
  urlColumn: number;
}

/**
 * Reads a catalog from a stream of bytes in constant memory. Rows come in batches of some
 * thousand; after the first row that is wrong no more come, but all are still checked, and the
 * reading ends with an `InvalidCsvError` that lists what is wrong with them.
 */
export class CatalogReader {
  /** Known when the first batch arrives. */
  header: CatalogHeader;
  readonly warnings: UploadWarning[] = [];
  products = 0;
  images = 0;

  private readonly problems = new CsvProblems();
  private readonly encoding: EncodingSeen = { encoding: 'utf-8', bom: false };
  private layout?: RowLayout;
  private newline: CsvDialect['newline'] = '\n';
  /** Line on which the next record starts. */
  private line = 1;
  private emptyRows = 0;
  /** Text of the record that is not whole yet. */
  private rest = '';

  /** Final once all is read: Windows-1252 shows only at its first accented letter. */
  get dialect(): CsvDialect {
    const { encoding, bom } = this.encoding;
    return { delimiter: this.layout?.delimiter ?? ',', newline: this.newline, encoding, bom };
  }

  async *read(source: AsyncIterable<Buffer>): AsyncGenerator<CatalogRow[]> {
    try {
      for await (const text of decodeText(source, this.encoding)) {
        const rows = this.take(text, false);
        if (rows.length > 0 && this.problems.count === 0) yield rows;
      }
      const rows = this.take('', true);
      if (rows.length > 0 && this.problems.count === 0) yield rows;
    } catch (error) {
      throw error instanceof FileProblem ? this.stoppedBy(error) : error;
    }
    this.finish();
  }

  private take(text: string, last: boolean): CatalogRow[] {
    const nul = text.indexOf('\0');
    this.rest += nul < 0 ? text : text.slice(0, nul);
    const rows = this.records(last && nul < 0);
    if (nul >= 0) {
      const message = 'The file holds a NUL byte, so it is not plain text. Export it as CSV again.';
      throw new FileProblem('nul_byte', message);
    }
    return rows;
  }

  private records(last: boolean): CatalogRow[] {
    if (this.layout === undefined) {
      const found = findHeader(this.rest, last);
      if (found === undefined) return [];
      this.rest = this.rest.slice(found.consumed);
      this.line += found.lines;
      this.layout = this.useHeader(found);
    }
    const { text, multiline, consumed } = wholeRecords(this.rest, this.layout.delimiter, last);
    this.rest = this.rest.slice(consumed);
    return text === '' ? [] : this.rows(parseRecords(text, this.layout.delimiter), multiline);
  }

  private rows(records: string[][], multiline: boolean): CatalogRow[] {
    const rows: CatalogRow[] = [];
    for (const cells of records) {
      const line = this.line++;
      if (multiline) for (const cell of cells) this.line += countNewlines(cell);
      if (cells.length > MAX_COLUMNS) throw tooManyColumns(cells.length, line - this.line);
      if (cells.every((cell) => cell === '' || cell.trim() === '')) {
        if (cells.length > 1) this.emptyRows++;
        continue;
      }
      const row = checkRow(cells, ++this.products, line, this.layout!, this.problems);
      if (row === undefined) continue;
      this.images += row.urls.length;
      rows.push(row);
    }
    return rows;
  }

  private useHeader({ cells, delimiter, newline, line }: HeaderFound): RowLayout {
    if (cells.length > MAX_COLUMNS) throw tooManyColumns(cells.length, line - this.line);
    const { index, missing, ambiguous } = mapColumns(cells);
    for (const column of missing) {
      const names = COLUMN_ALIASES[column].flat().map((name) => `"${name}"`);
      const message = `No column for ${column}. Name one of them ${names.join(', ')}.`;
      const value = cells.join(delimiter);
      this.problems.add({ row: null, line, column: null, code: 'column_missing', message, value });
    }
    if (missing.length > 0) throw InvalidCsvError.ofRows(this.problems);

    for (const { column, taken, left } of ambiguous) {
      const others = left.map((name) => `"${name}"`).join(', ');
      const message = `${column} was read from "${taken}"; ${others} could have been meant as well.`;
      this.warnings.push({ code: 'column_ambiguous', message });
    }
    const { serial_number, product_name, input_image_urls } = index as Record<string, number>;
    const [serialNumber, productName, urls] = [serial_number, product_name, input_image_urls];
    const columns = {
      serial_number: cells[serialNumber],
      product_name: cells[productName],
      input_image_urls: cells[urls],
    };
    this.newline = newline;
    this.header = { cells, columns, urlColumn: urls };
    return { header: cells, delimiter, serialNumber, productName, urls };
  }

  private finish(): void {
    if (this.layout === undefined) {
      const message = 'The file is empty. It needs a header line and at least one product.';
      throw this.stoppedBy(new FileProblem('csv_empty', message));
    }
    if (this.problems.count > 0) throw InvalidCsvError.ofRows(this.problems);
    if (this.products === 0) {
      const message = 'The file has a header but no products.';
      throw this.stoppedBy(new FileProblem('csv_without_rows', message));
    }
    if (this.encoding.encoding === 'windows-1252') {
      const message = 'The file is not UTF-8; it was read as Windows-1252. Check accented letters.';
      this.warnings.push({ code: 'encoding_assumed', message });
    }
    if (this.emptyRows > 0) {
      const message = `${this.emptyRows} rows without any text were left out.`;
      this.warnings.push({ code: 'rows_empty', message });
    }
  }

  /** Ends the reading; problems of the rows before are told along. */
  private stoppedBy({ code, message, status, linesAhead, cause }: FileProblem): InvalidCsvError {
    const line = this.line + (linesAhead ?? countNewlines(this.rest));
    const row = null;
    if (status === 400) {
      this.problems.add({ row, line, column: null, code, message, value: null });
    }
    const where = `${message} (Line ${line}.)`;
    return new InvalidCsvError({ code, message: where, status, problems: this.problems, cause });
  }
}

function tooManyColumns(columns: number, linesAhead: number): FileProblem {
  const message = `This record has ${columns} cells; at most ${MAX_COLUMNS} are allowed.`;
  return new FileProblem('too_many_columns', message, { linesAhead });
}
