import Papa from 'papaparse';

/** Records of whole, guarded text (see record-guard.ts) as arrays of cells. */
export function parseRecords(text: string, delimiter: string): string[][] {
  // The bare parser: Papa.parse() would drop a U+FEFF that a block happens to start with.
  // The text ends with LF, after which `ignoreLastRow` leaves out the empty rest.
  const parser = new Papa.Parser({ delimiter, newline: '\n' });
  return (parser.parse(text, 0, true) as Papa.ParseResult<string[]>).data;
}
