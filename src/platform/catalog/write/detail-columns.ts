/** A column of the output file that describes each image of a row. */
export interface DetailColumn {
  name: string;
  /** Separator between the entries. */
  separator: string;
  /** If true, the cell is empty when all entries are empty. Otherwise, it always contains all separators. */
  isOptional: boolean;
}

/**
 * Columns that `detail=true` adds to the output file, in order. The SQL for each column is in
 * `DETAIL_SQL` in src/platform/database/repositories/export-rows.ts.
 */
export const DETAILS_BY_NAME = {
  status: { name: 'Image Status', separator: ',', isOptional: false },
  bytesIn: { name: 'Bytes In', separator: ',', isOptional: false },
  bytesOut: { name: 'Bytes Out', separator: ',', isOptional: false },
  savedPercent: { name: 'Saved Percent', separator: ',', isOptional: false },
  errorCode: { name: 'Error Code', separator: ',', isOptional: true },
  // Sentences contain commas.
  errorMessage: { name: 'Error Message', separator: ' | ', isOptional: true },
} as const satisfies Record<string, DetailColumn>;

export type DetailName = keyof typeof DETAILS_BY_NAME;
export const DETAIL_NAMES = Object.keys(DETAILS_BY_NAME) as DetailName[];
export const DETAIL_COLUMNS: readonly DetailColumn[] = Object.values(DETAILS_BY_NAME);

/** Joins the texts of all entries into the cell of a detail column. */
export function joinDetails(
  texts: readonly string[],
  { separator, isOptional }: DetailColumn,
): string {
  if (isOptional && texts.every((text) => text === '')) return '';
  return texts.join(separator);
}
