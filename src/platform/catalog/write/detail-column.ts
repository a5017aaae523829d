/** A column that says something about each image of a row. */
export interface DetailColumn {
  name: string;
  /** What stands between the entries. */
  separator: string;
  /** The cell is empty when no entry says anything; else it has all separators. */
  isOptional: boolean;
}

/** The cell of a detail column: one entry for each text. */
export function detailList(
  texts: readonly string[],
  { separator, isOptional }: DetailColumn,
): string {
  if (isOptional && texts.every((text) => text === '')) return '';
  return texts.join(separator);
}
