import { FileProblem } from '../csv/file-problem.js';

/** Creates the error for a workbook that cannot be read. */
export const createXlsxDamagedError = (reason: string, cause?: unknown): FileProblem =>
  new FileProblem(
    'xlsx_damaged',
    `The Excel file is damaged: ${reason}. Open it in a spreadsheet program and save it again.`,
    { affectsWholeFile: true, cause },
  );

export const createXlsxEncryptedError = (): FileProblem =>
  new FileProblem(
    'xlsx_encrypted',
    'The Excel file is password-protected. Save a copy without a password.',
    { affectsWholeFile: true },
  );

export const createXlsxTooLargeError = (reason: string): FileProblem =>
  new FileProblem(
    'xlsx_too_large',
    `The Excel file is too large: ${reason}. Save the sheet as CSV and upload the CSV file.`,
    { affectsWholeFile: true },
  );
