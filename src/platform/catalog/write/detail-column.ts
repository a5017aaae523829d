/** A column with a detail of each image of a row. */
export interface DetailColumn {
  name: string;
  /** Separator between the entries. */
  separator: string;
  /** The cell is empty if all entries are empty. Otherwise it has all separators. */
  isOptional: boolean;
}

/** Returns the cell of a detail column: one entry for each text. */
export function detailList(
  texts: readonly string[],
  { separator, isOptional }: DetailColumn,
): string {
  if (isOptional && texts.every((text) => text === '')) return '';
  return texts.join(separator);
}
