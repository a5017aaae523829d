import Papa from 'papaparse';

/** Parses the complete, normalized text that complete-records.ts returns. Returns the cells of each record. */
export function parseRecords(text: string, delimiter: string): string[][] {
  // Uses the parser directly because Papa.parse() would drop a U+FEFF at the start of a block. The text ends
  // with LF; `ignoreLastRow` drops the empty last row.
  const parser = new Papa.Parser({ delimiter, newline: '\n' });
  return (parser.parse(text, 0, true) as Papa.ParseResult<string[]>).data;
}
