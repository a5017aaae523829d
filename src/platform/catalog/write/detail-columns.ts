/** A column of the output file that describes each image of a row. */
export interface DetailColumn {
  name: string;
  /** Separator between the entries. */
  separator: string;
  /** The cell is empty when all entries are empty. Otherwise it has all separators. */
  isOptional: boolean;
}

/**
 * Columns that `detail=true` adds to the output file, in their order. The SQL of each is in
 * `DETAIL_SQL` of src/platform/database/repositories/export-rows.ts.
 */
export const DETAILS = {
  status: { name: 'Image Status', separator: ',', isOptional: false },
  bytesIn: { name: 'Bytes In', separator: ',', isOptional: false },
  bytesOut: { name: 'Bytes Out', separator: ',', isOptional: false },
  savedPercent: { name: 'Saved Percent', separator: ',', isOptional: false },
  errorCode: { name: 'Error Code', separator: ',', isOptional: true },
  // Sentences contain commas.
  errorMessage: { name: 'Error Message', separator: ' | ', isOptional: true },
} as const satisfies Record<string, DetailColumn>;

export type DetailName = keyof typeof DETAILS;
export const DETAIL_NAMES = Object.keys(DETAILS) as DetailName[];
export const DETAIL_COLUMNS: readonly DetailColumn[] = Object.values(DETAILS);

/** Returns the cell of a detail column with one entry for each text. */
export function joinDetails(
  texts: readonly string[],
  { separator, isOptional }: DetailColumn,
): string {
  if (isOptional && texts.every((text) => text === '')) return '';
  return texts.join(separator);
}
