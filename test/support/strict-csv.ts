/**
 * Reads CSV strictly by RFC 4180, with an optional other delimiter. Shares no code with the app. Throws at the
 * first violation.
 */
export function readStrictCsv(file: Buffer | string, delimiter = ','): string[][] {
  const text = file.toString().replace(/^\ufeff/, '');
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    record.push(cell);
    at = end;
    if (text[at] === delimiter) {
      at++;
      if (at === text.length || isNewline(text[at])) record.push('');
      else continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at < text.length && !isNewline(text[at])) throw new Error(`Text behind a quote at ${at}`);
    at++;
    records.push(record);
    record = [];
  }
  return records;
}

const isNewline = (char: string): boolean => char === '\n' || char === '\r';

function quotedCell(text: string, from: number): [cell: string, end: number] {
  let cell = '';
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') cell += text[at++];
    else return [cell, at + 1];
  }
  throw new Error(`Unclosed quote at ${from}`);
}

function plainCell(text: string, from: number, delimiter: string): [cell: string, end: number] {
  let at = from;
  while (at < text.length && text[at] !== delimiter && !isNewline(text[at])) {
    if (text[at] === '"') throw new Error(`Quote in a plain cell at ${at}`);
    at++;
  }
  return [text.slice(from, at), at];
}
