/** In order of preference among equal candidates. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** Maximum line length that is examined, in characters. */
const MAX_HINT_LENGTH = 64;

/**
 * Returns the delimiter that Excel's first line declares: `sep=;`, also quoted (`"sep=;"`) or spaced
 * (`SEP = ;`). A spreadsheet may have repeated it (`sep=;;;`). Undefined for any other line.
 */
export function parseDelimiterHint(line: string): Delimiter | undefined {
  if (line.length > MAX_HINT_LENGTH) return undefined;
  const bare = line.replaceAll(/["\r\n]/g, '').trimStart();
  const hint = /^sep {0,4}= {0,4}([,;|\t])([,;|\t ]*)$/i.exec(bare);
  return hint ? (hint[1] as Delimiter) : undefined;
}
