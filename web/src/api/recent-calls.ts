/** A call from this page to the API, which Setup help shows as a command. */
export interface CallRecord {
  /** Description of the action, for example "Uploaded products.csv". */
  title: string;
  /** Everything after `curl`, with `{base}` for this page's origin. */
  curl: string;
  /** File that the command reads, if this page created it. */
  created?: CreatedFile;
  at: string;
}

export interface CreatedFile {
  name: string;
  /** Absent for a large file, because session storage is limited to about 5 MB. */
  text?: string;
}

const STORAGE_KEY = 'pressroom:calls';
const MAX_CALLS = 8;

export function rememberCall(record: Omit<CallRecord, 'at'>): void {
  const calls = [{ ...record, at: new Date().toISOString() }, ...readRememberedCalls()];
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(calls.slice(0, MAX_CALLS)));
}

export function readRememberedCalls(): CallRecord[] {
  return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as CallRecord[];
}

/** Quotes an argument for a POSIX shell. */
export const quoteArgument = (text: string): string =>
  /^[\w./:=@{}-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
