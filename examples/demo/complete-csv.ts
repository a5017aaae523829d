import Papa from 'papaparse';

/**
 * Checks that a downloaded CSV is complete. A proxy can hide an interrupted connection, and the
 * HTTP client then sees a normal end.
 * @param rows `Pressroom-Rows` of the response: records after the header
 */
export function isCompleteCsv(csv: string, rows: number): boolean {
  // The last record may be truncated as well, at its end or in a quoted cell.
  if (!/[\r\n]$/.test(csv)) return false;
  const { data, errors } = Papa.parse(csv, { skipEmptyLines: true });
  return !errors.some(({ type }) => type === 'Quotes') && data.length === rows + 1;
}
