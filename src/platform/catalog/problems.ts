import type { ErrorDefinition } from '../errors/error-definition.js';
import { FILE_PROBLEMS, type FileProblemCode } from './file-problem-codes.js';
import type { CatalogWarningCode, RowErrorCode } from './row-error-table.js';

/** A problem in a product file, and its position. */
export interface CatalogProblem {
  /** Data row, from 1, not counting the header and blank rows. Null for a problem with the header or the whole file. */
  row: number | null;
  /** Line of the file (row of the sheet), from 1, where the row, quote or byte starts. */
  line: number;
  /** Text of the column's header cell. */
  column: string | null;
  /** Stable code in snake_case. */
  code: RowErrorCode | FileProblemCode;
  /** Describes the problem and how to fix it. */
  message: string;
  /** The cell or entry, truncated to 200 characters. */
  value: string | null;
}

/** Maximum number of reported problems. Additional problems are only counted. */
const MAX_REPORTED_PROBLEMS = 100;
const MAX_VALUE_LENGTH = 200;

export class CatalogProblems {
  readonly reported: CatalogProblem[] = [];
  count = 0;
  /** Number of problems by code. */
  readonly countByCode = new Map<string, number>();

  /** Called with every problem, including unreported ones. The value of the problem is truncated. */
  onProblem?: (problem: CatalogProblem) => void;

  addProblem(problem: CatalogProblem): void {
    this.count++;
    this.countByCode.set(problem.code, (this.countByCode.get(problem.code) ?? 0) + 1);
    const isReported = this.reported.length < MAX_REPORTED_PROBLEMS;
    if (!isReported && this.onProblem === undefined) return;
    const { value } = problem;
    const isLong = value !== null && value.length > MAX_VALUE_LENGTH;
    const truncatedValue = isLong ? `${value.slice(0, MAX_VALUE_LENGTH - 1)}…` : value;
    const truncatedProblem = { ...problem, value: truncatedValue };
    if (isReported) this.reported.push(truncatedProblem);
    this.onProblem?.(truncatedProblem);
  }
}

/** Information for the user about an accepted file. */
export interface CatalogWarning {
  /** Stable code in snake_case. */
  code: CatalogWarningCode;
  message: string;
}

/** Column names of a rejected file, and the first rows below the header. */
export interface SampledHeader {
  names: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The product file cannot be used. None of its data was stored. */
export class CatalogRejectedError extends Error {
  override name = 'CatalogRejectedError';
  /** Undefined if no header was found, or if the options name a column that does not exist. */
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
