/** Supported delimiters. Earlier ones are preferred among candidates with equal scores. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** Maximum length of a line that is examined for a hint, in characters. */
const MAX_HINT_LENGTH = 64;

/**
 * Returns the delimiter that Excel declares on the first line: `sep=;`, also quoted (`"sep=;"`) or spaced
 * (`SEP = ;`). A spreadsheet may have repeated the delimiter (`sep=;;;`). Returns undefined for any other line.
 */
export function parseDelimiterHint(line: string): Delimiter | undefined {
  if (line.length > MAX_HINT_LENGTH) return undefined;
  const trimmedLine = line.replaceAll(/["\r\n]/g, '').trimStart();
  const match = /^sep {0,4}= {0,4}([,;|\t])([,;|\t ]*)$/i.exec(trimmedLine);
  return match ? (match[1] as Delimiter) : undefined;
}
