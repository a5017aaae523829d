import { FileProblem } from '../csv/file-problem.js';

/** Reasons why a workbook cannot be read. They concern the whole file, not a line. */
export const xlsxDamaged = (reason: string, cause?: unknown): FileProblem =>
  new FileProblem(
    'xlsx_damaged',
    `The Excel file is damaged: ${reason}. Open it in a spreadsheet program and save it again.`,
    { isAboutFile: true, cause },
  );

export const xlsxEncrypted = (): FileProblem =>
  new FileProblem(
    'xlsx_encrypted',
    'The Excel file is protected by a password. Save a copy without a password.',
    { isAboutFile: true },
  );

export const xlsxTooLarge = (reason: string): FileProblem =>
  new FileProblem(
    'xlsx_too_large',
    `The Excel file is too large: ${reason}. Save the sheet as CSV and upload that.`,
    { isAboutFile: true },
  );
