import type { ErrorDefinition } from '../../errors/error-definition.js';
import { FILE_PROBLEMS, type FileProblemCode } from '../file-problem-codes.js';

export interface FileProblemOptions {
  /** Number of newlines between the last complete record and the problem. By default, the reader's current line is used. */
  linesBefore?: number;
  /** True if the problem affects the whole file rather than a line. */
  affectsWholeFile?: boolean;
  cause?: unknown;
}

/** An error that stops the reader, because the remaining text is unreliable. The reader adds the line number. */
export class FileProblem extends Error {
  override name = 'FileProblem';
  readonly linesBefore?: number;
  readonly affectsWholeFile: boolean;

  constructor(
    readonly code: FileProblemCode,
    message: string,
    options: FileProblemOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.linesBefore = options.linesBefore;
    this.affectsWholeFile = options.affectsWholeFile ?? false;
  }

  get definition(): ErrorDefinition {
    return FILE_PROBLEMS[this.code];
  }

  /** HTTP status: 400, or 413 and 415 for a file that cannot be read at all. */
  get status(): number {
    return this.definition.status;
  }
}

/** Counts the line endings in a text. LF, CRLF and CR each count as one. */
export function countNewlines(text: string): number {
  let count = 0;
  for (let i = text.search(/[\r\n]/); i >= 0 && i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
