/** Last call of the page to the API, for the commands of Setup help. */
export interface CallRecord {
  /** Description, for example "Uploaded products.csv". */
  title: string;
  /** Everything after `curl`, with `{base}` for this page's origin. */
  curl: string;
  /** File that the command reads, if it exists only in this page. */
  created?: CreatedFile;
  at: string;
}

export interface CreatedFile {
  name: string;
  /** Absent for a long file, because a tab stores about 5 MB. */
  text?: string;
}

const STORED = 'pressroom:calls';
const KEPT = 8;

export function rememberCall(record: Omit<CallRecord, 'at'>): void {
  const calls = [{ ...record, at: new Date().toISOString() }, ...readRememberedCalls()];
  sessionStorage.setItem(STORED, JSON.stringify(calls.slice(0, KEPT)));
}

export function readRememberedCalls(): CallRecord[] {
  return JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as CallRecord[];
}

/** Quotes an argument for a POSIX shell. */
export const quoteArgument = (text: string): string =>
  /^[\w./:=@{}-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
