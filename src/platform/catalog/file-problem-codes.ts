import { CORRECTION_ERRORS } from './correction-error-table.js';
import { FILE_ERRORS } from './error-table.js';

/** Errors that affect an entire product file or errors file. */
export const FILE_PROBLEMS = {
  ...FILE_ERRORS,
  correction_row_missing: CORRECTION_ERRORS.correction_row_missing,
  correction_column_missing: CORRECTION_ERRORS.correction_column_missing,
};

export type FileProblemCode = keyof typeof FILE_PROBLEMS;
