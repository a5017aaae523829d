/** In order of preference when all else is equal. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** `sep=;`, also quoted (`"sep=;"`), spaced (`SEP = ;`) or repeated by a spreadsheet (`sep=;;;`). */
const SEPARATOR_HINT = /^\s*"?\s*sep\s*=\s*([,;|\t])\1*\s*"?[,;|\t]*\s*$/i;

/** The delimiter that Excel's first line names; undefined for any other line. */
export const delimiterOfHint = (line: string): Delimiter | undefined =>
  SEPARATOR_HINT.exec(line.slice(0, 64))?.[1] as Delimiter | undefined;
