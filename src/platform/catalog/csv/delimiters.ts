/** In order of preference when all else is equal. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** Longest line that is looked at, in characters. */
const MAX_HINT_LENGTH = 64;

/**
 * The delimiter that Excel's first line names: `sep=;`, also quoted (`"sep=;"`), spaced (`SEP = ;`) or
 * repeated by a spreadsheet (`sep=;;;`). Undefined for any other line.
 */
export function delimiterOfHint(line: string): Delimiter | undefined {
  if (line.length > MAX_HINT_LENGTH) return undefined;
  const bare = line.replaceAll(/["\r\n]/g, '').trimStart();
  const hint = /^sep {0,4}= {0,4}([,;|\t])([,;|\t ]*)$/i.exec(bare);
  return hint ? (hint[1] as Delimiter) : undefined;
}
