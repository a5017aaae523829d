import Papa from 'papaparse';

/**
 * Checks that a downloaded CSV is complete. A proxy can hide an interrupted connection from the
 * HTTP client.
 * @param rowCount the `Pressroom-Rows` header of the response: number of records after the header row
 */
export function isCompleteCsv(csv: string, rowCount: number): boolean {
  // The last record may be truncated at its end or in a quoted cell.
  if (!/[\r\n]$/.test(csv)) return false;
  const { data, errors } = Papa.parse(csv, { skipEmptyLines: true });
  return !errors.some(({ type }) => type === 'Quotes') && data.length === rowCount + 1;
}
