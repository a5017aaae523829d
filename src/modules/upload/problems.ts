import { AppError } from '../../platform/errors/app-error.js';

/** One thing that is wrong with a CSV, and where. */
export interface CsvProblem {
  /** Data row from 1; the header and blank lines are not counted. None: the header, or the file. */
  row: number | null;
  /** Line of the file from 1, where the row (or the quote, or the byte) begins. */
  line: number;
  /** Text of the column's header cell. */
  column: string | null;
  /** Stable, snake_case. */
  code: string;
  message: string;
  /** What stood there, cut to 200 characters. */
  value: string | null;
}

/** Problems that are reported; all are counted. */
export const PROBLEMS_KEPT = 100;
const VALUE_LENGTH = 200;

export class CsvProblems {
  readonly kept: CsvProblem[] = [];
  count = 0;

  add(problem: CsvProblem): void {
    this.count++;
    if (this.kept.length >= PROBLEMS_KEPT) return;
    const { value } = problem;
    const long = value !== null && value.length > VALUE_LENGTH;
    this.kept.push({ ...problem, value: long ? `${value.slice(0, VALUE_LENGTH - 1)}…` : value });
  }
}

/** The CSV can't be used; nothing of it was stored. Its problem document lists what is wrong. */
export class InvalidCsvError extends AppError {
  constructor(options: {
    code: string;
    message: string;
    status?: number;
    problems: CsvProblems;
    cause?: unknown;
  }) {
    const { problems, ...rest } = options;
    super({
      status: 400,
      ...rest,
      details: { errors: problems.kept, error_count: problems.count },
    });
  }

  /** For a file that was read to its end. */
  static ofRows(problems: CsvProblems): InvalidCsvError {
    const { count, kept } = problems;
    const first = kept[0];
    const where =
      first.row === null ? `Line ${first.line}` : `Row ${first.row} (line ${first.line})`;
    const others = count === 2 ? '1 more is' : `${count - 1} more are`;
    const more = count > 1 ? ` ${others} listed in "errors".` : '';
    return new InvalidCsvError({
      code: first.row === null ? first.code : 'csv_rows_invalid',
      message: `Nothing was stored. ${where}: ${first.message}${more}`,
      problems,
    });
  }
}
