import { FileProblem } from '../csv/file-problem.js';
import { MAX_COLUMNS, MAX_RECORD_LENGTH } from '../csv/complete-records.js';
import { BoundedXmlParser } from '../xml/bounded-parser.js';
import { decodeEscapes } from './cell-escapes.js';
import { parseColumn } from './cell-position.js';
import { formatNumber } from './format-number.js';
import type { StringTable } from './string-table.js';
import type { Workbook } from './workbook.js';
import { XLSX_PROBLEM_CODES } from './xml-part.js';

/** One row of a sheet, without trailing empty cells. */
export interface SheetRow {
  /** Row number, from 1. */
  number: number;
  cells: string[];
}

/** Functions that contain the URL in the formula rather than in the value. */
const LINK_FUNCTION = /^(?:_xlfn\.)?(?:_xlws\.)?(IMAGE|HYPERLINK)\s{0,8}\(/i;

/** Parses the rows of a worksheet part incrementally. */
export class SheetParser {
  private readonly parser: BoundedXmlParser;
  private rows: SheetRow[] = [];
  private rowNumber = 0;
  private cells: string[] = [];
  private rowLength = 0;
  private column = -1;
  private type: string | undefined;
  private style = 0;
  private value = '';
  private formula = '';
  private currentPart: 'value' | 'formula' | undefined;
  private isInPhonetic = false;

  constructor(
    private readonly strings: StringTable,
    private readonly workbook: Workbook,
  ) {
    const handlers = {
      onOpenTag: this.openElement.bind(this),
      onCloseTag: this.closeElement.bind(this),
      onText: this.addText.bind(this),
    };
    this.parser = new BoundedXmlParser(handlers, XLSX_PROBLEM_CODES);
  }

  /** Number of the current row, from 1. */
  get row(): number {
    return this.rowNumber;
  }

  /** @returns the complete rows */
  write(text: string): SheetRow[] {
    this.parser.write(text);
    return this.takeRows();
  }

  end(): SheetRow[] {
    this.parser.end();
    return this.takeRows();
  }

  private takeRows(): SheetRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private openElement(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'c':
        this.openCell(attributes);
        return;
      case 'v':
      case 't':
        if (this.column >= 0 && !this.isInPhonetic) this.currentPart = 'value';
        return;
      case 'f':
        this.currentPart = 'formula';
        return;
      case 'rPh':
        this.isInPhonetic = true;
        return;
      case 'row':
        this.rowNumber = Math.max(this.rowNumber + 1, Number.parseInt(attributes.r ?? '', 10) || 0);
        this.cells = [];
        this.rowLength = 0;
        this.column = -1;
    }
  }

  private openCell({ r: reference, t: type, s: style }: Record<string, string>): void {
    const nextColumn = this.column + 1;
    this.column = reference === undefined ? nextColumn : (parseColumn(reference) ?? nextColumn);
    if (this.column >= MAX_COLUMNS) throw this.createTooManyColumnsError();
    this.type = type;
    this.style = style === undefined ? 0 : Number(style);
    this.value = '';
    this.formula = '';
  }

  private addText(text: string): void {
    if (this.currentPart === undefined) return;
    if (this.currentPart === 'value') this.value += text;
    else this.formula += text;
    this.rowLength += text.length;
    if (this.rowLength > MAX_RECORD_LENGTH) throw this.createRowTooLongError();
  }

  private closeElement(name: string): void {
    switch (name) {
      case 'v':
      case 't':
      case 'f':
        this.currentPart = undefined;
        return;
      case 'rPh':
        this.isInPhonetic = false;
        return;
      case 'c':
        this.addCell();
        return;
      case 'row':
        this.rows.push({ number: this.rowNumber, cells: this.cells });
        this.column = -1;
    }
  }

  private addCell(): void {
    const text = this.getCellText();
    if (text === '') return;
    if (this.type === 's') {
      this.rowLength += text.length;
      if (this.rowLength > MAX_RECORD_LENGTH) throw this.createRowTooLongError();
    }
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = text;
  }

  private getCellText(): string {
    const { value, formula } = this;
    if (formula !== '') {
      const link = LINK_FUNCTION.exec(formula);
      // The value of `HYPERLINK(A2)` is the target URL. For IMAGE, only the formula contains the URL.
      if (link && (formula.includes('"') || link[1].toUpperCase() === 'IMAGE')) {
        return `=${formula.replaceAll(/_xlfn\.|_xlws\./g, '')}`;
      }
    }
    switch (this.type) {
      case 's':
        return value === '' ? '' : (this.strings.getString(Number(value)) ?? '');
      case 'inlineStr':
      case 'str':
        return decodeEscapes(value);
      case 'b':
        return value === '' ? '' : value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
      case 'e':
      case 'd':
        return value;
      default:
        if (value === '') return '';
        return formatNumber(
          value,
          this.workbook.numberFormats[this.style],
          this.workbook.uses1904Dates,
        );
    }
  }

  private createRowTooLongError(): FileProblem {
    const message = `Row ${this.rowNumber} is longer than ${MAX_RECORD_LENGTH} characters.`;
    return new FileProblem('record_too_long', message);
  }

  private createTooManyColumnsError(): FileProblem {
    const message = `Row ${this.rowNumber} has more than ${MAX_COLUMNS} columns.`;
    return new FileProblem('too_many_columns', message);
  }
}
