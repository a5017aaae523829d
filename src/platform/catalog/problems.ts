import type { ErrorDefinition } from '../errors/error-definition.js';
import { FILE_PROBLEMS, type FileProblemCode } from './file-problem-codes.js';
import type { CatalogWarningCode, RowErrorCode } from './row-error-table.js';

/** A fault of a product file, and its position. */
export interface CatalogProblem {
  /** Data row from 1; the header and blank rows are not counted. Null: the header, or the file. */
  row: number | null;
  /** Line of the file (row of the sheet) from 1, at the start of the row, quote or byte. */
  line: number;
  /** Text of the column's header cell. */
  column: string | null;
  /** Stable, snake_case. */
  code: RowErrorCode | FileProblemCode;
  /** Describes the fault and how to fix it. */
  message: string;
  /** The cell or entry, truncated to 200 characters. */
  value: string | null;
}

/** Maximum number of reported problems. All are counted. */
const MAX_REPORTED_PROBLEMS = 100;
const MAX_VALUE_LENGTH = 200;

export class CatalogProblems {
  readonly reported: CatalogProblem[] = [];
  count = 0;
  /** Number of problems by code. */
  readonly byCode = new Map<string, number>();

  /** Called with every problem, including unreported ones. Its value is truncated. */
  onProblem?: (problem: CatalogProblem) => void;

  add(problem: CatalogProblem): void {
    this.count++;
    this.byCode.set(problem.code, (this.byCode.get(problem.code) ?? 0) + 1);
    const isReported = this.reported.length < MAX_REPORTED_PROBLEMS;
    if (!isReported && this.onProblem === undefined) return;
    const { value } = problem;
    const isLong = value !== null && value.length > MAX_VALUE_LENGTH;
    const cut = isLong ? `${value.slice(0, MAX_VALUE_LENGTH - 1)}…` : value;
    const shown = { ...problem, value: cut };
    if (isReported) this.reported.push(shown);
    this.onProblem?.(shown);
  }
}

/** Information for the user about an accepted file. */
export interface CatalogWarning {
  /** Stable, snake_case. */
  code: CatalogWarningCode;
  message: string;
}

/** The columns of a rejected file, and the first rows below them. */
export interface SampledHeader {
  names: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The product file cannot be used. No data of it was stored. */
export class CatalogRefusedError extends Error {
  override name = 'CatalogRefusedError';
  /** Undefined when no header was found, or a column of the options does not exist. */
  readonly header?: SampledHeader;

  constructor(
    readonly code: FileProblemCode,
    message: string,
    readonly problems: CatalogProblems,
    readonly warnings: readonly CatalogWarning[],
    options: { cause?: unknown; header?: SampledHeader } = {},
  ) {
    super(message, { cause: options.cause });
    this.header = options.header;
  }

  get definition(): ErrorDefinition {
    return FILE_PROBLEMS[this.code];
  }

  /** HTTP status: 400, or 413 and 415 for a file that cannot be read at all. */
  get status(): number {
    return this.definition.status;
  }
}
