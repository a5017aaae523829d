import Papa from 'papaparse';

/** Returns records of complete, guarded text (see record-guard.ts) as arrays of cells. */
export function parseRecords(text: string, delimiter: string): string[][] {
  // The bare parser: Papa.parse() would drop a U+FEFF at the start of a block. The text ends with LF;
  // `ignoreLastRow` drops the empty rest.
  const parser = new Papa.Parser({ delimiter, newline: '\n' });
  return (parser.parse(text, 0, true) as Papa.ParseResult<string[]>).data;
}
