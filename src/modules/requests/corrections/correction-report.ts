import type { CorrectionFault } from '../../../platform/catalog/corrections.js';

/** An entry that was not corrected. */
export interface CorrectionProblem {
  /** Row of the request, from 1; null if `Error Row` is not a number. */
  row: number | null;
  /** Line of the errors file, from 1; null for a correction that was sent as JSON. */
  line: number | null;
  /** Name of the image column. */
  column: string | null;
  /** Number of the image in its row, from 1; null if the problem concerns the entire cell. */
  position: number | null;
  /** Stable error code in snake_case. */
  code: CorrectionFault['code'];
  /** The problem and its fix. */
  message: string;
  /** The cell or URL, truncated to 200 characters. */
  value: string | null;
}

/** Maximum number of listed problems. All problems are counted. */
const MAX_LISTED_PROBLEMS = 100;
const MAX_VALUE_LENGTH = 200;

/** Problems and unchanged entries of a set of corrections. */
export class CorrectionReport {
  /** Number of entries whose image already has that URL. */
  unchangedCount = 0;
  problemCount = 0;
  readonly problems: CorrectionProblem[] = [];

  addProblem(problem: CorrectionProblem): void {
    this.problemCount++;
    if (this.problems.length >= MAX_LISTED_PROBLEMS) return;
    const { value } = problem;
    const isLong = value !== null && value.length > MAX_VALUE_LENGTH;
    this.problems.push({
      ...problem,
      value: isLong ? `${value.slice(0, MAX_VALUE_LENGTH - 1)}…` : value,
    });
  }
}
