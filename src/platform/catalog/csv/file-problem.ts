import type { ErrorDefinition } from '../../errors/error-definition.js';
import { FILE_PROBLEMS, type FileProblemCode } from '../file-problem-codes.js';

export interface FileProblemOptions {
  /** Newlines between the last complete record and the problem. Undefined: the reader uses its own line. */
  linesAhead?: number;
  /** True if the problem concerns the whole file rather than a line. */
  isAboutFile?: boolean;
  cause?: unknown;
}

/** An error that stops the reading of a file: the rest is unreliable. The reader adds the line. */
export class FileProblem extends Error {
  override name = 'FileProblem';
  readonly linesAhead?: number;
  readonly isAboutFile: boolean;

  constructor(
    readonly code: FileProblemCode,
    message: string,
    options: FileProblemOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.linesAhead = options.linesAhead;
    this.isAboutFile = options.isAboutFile ?? false;
  }

  get definition(): ErrorDefinition {
    return FILE_PROBLEMS[this.code];
  }

  /** HTTP status: 400, or 413 and 415 for a file that cannot be read at all. */
  get status(): number {
    return this.definition.status;
  }
}

/** Counts the line ends of a text: LF, CRLF and CR each count once. */
export function countNewlines(text: string): number {
  let count = 0;
  for (let i = text.search(/[\r\n]/); i >= 0 && i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
