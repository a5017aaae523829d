export interface FileProblemOptions {
  /** HTTP status of the answer; 400 by default. */
  status?: number;
  /** Newlines between the last record that was read whole and the problem; else the reader's own line. */
  linesAhead?: number;
  /** It is about the file as a whole, so no line is named. */
  isAboutFile?: boolean;
  cause?: unknown;
}

/** What stops the reading of a file: nothing after it can be trusted. The reader adds the line. */
export class FileProblem extends Error {
  override name = 'FileProblem';
  readonly code: string;
  readonly status: number;
  readonly linesAhead?: number;
  readonly isAboutFile: boolean;

  constructor(code: string, message: string, options: FileProblemOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.linesAhead = options.linesAhead;
    this.isAboutFile = options.isAboutFile ?? false;
  }
}

/** Line ends of any kind in a text: LF, CRLF and CR each count once. */
export function countNewlines(text: string): number {
  let count = 0;
  for (let i = text.search(/[\r\n]/); i >= 0 && i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
