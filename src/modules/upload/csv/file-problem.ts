/** What stops the reading of a file: nothing after it can be trusted. The reader adds the line. */
export class FileProblem extends Error {
  override name = 'FileProblem';
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Newlines between the last record that was read whole and the problem; else the reader's own line. */
  readonly linesAhead?: number;

  constructor(
    code: string,
    message: string,
    options: { status?: number; linesAhead?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.linesAhead = options.linesAhead;
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
