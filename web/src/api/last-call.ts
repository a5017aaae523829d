/** What the page last asked of the API, for the copy-paste commands of Setup help. */
export interface CallRecord {
  /** In words, e.g. "Uploaded products.csv". */
  title: string;
  /** Everything after `curl`, with `{base}` for this page's origin. */
  curl: string;
  /** The file that the command reads, where this page made it: it is on no disk yet. */
  made?: MadeFile;
  at: string;
}

export interface MadeFile {
  name: string;
  /** Not of a very long one: a tab may store some 5 MB. */
  text?: string;
}

const STORED = 'pressroom:calls';
const KEPT = 8;

export function rememberCall(record: Omit<CallRecord, 'at'>): void {
  const calls = [{ ...record, at: new Date().toISOString() }, ...rememberedCalls()];
  sessionStorage.setItem(STORED, JSON.stringify(calls.slice(0, KEPT)));
}

export function rememberedCalls(): CallRecord[] {
  return JSON.parse(sessionStorage.getItem(STORED) ?? '[]') as CallRecord[];
}

/** As an argument for a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w./:=@{}-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
