/**
 * Reads CSV strictly according to RFC 4180, except that the delimiter can be different. Shares no code with the
 * app. Throws at the first violation.
 */
export function readStrictCsv(file: Buffer | string, delimiter = ','): string[][] {
  const text = file.toString().replace(/^\ufeff/, '');
  const records: string[][] = [];
  let record: string[] = [];
  let offset = 0;
  while (offset < text.length) {
    const [cell, end] =
      text[offset] === '"'
        ? readQuotedCell(text, offset)
        : readUnquotedCell(text, offset, delimiter);
    record.push(cell);
    offset = end;
    if (text[offset] === delimiter) {
      offset++;
      if (offset === text.length || isNewline(text[offset])) record.push('');
      else continue;
    }
    if (text[offset] === '\r' && text[offset + 1] === '\n') offset++;
    if (offset < text.length && !isNewline(text[offset]))
      throw new Error(`Text after a closing quote at ${offset}`);
    offset++;
    records.push(record);
    record = [];
  }
  return records;
}

const isNewline = (char: string): boolean => char === '\n' || char === '\r';

function readQuotedCell(text: string, start: number): [cell: string, end: number] {
  let cell = '';
  for (let offset = start + 1; offset < text.length; offset++) {
    if (text[offset] !== '"') cell += text[offset];
    else if (text[offset + 1] === '"') cell += text[offset++];
    else return [cell, offset + 1];
  }
  throw new Error(`Unclosed quote at ${start}`);
}

function readUnquotedCell(
  text: string,
  start: number,
  delimiter: string,
): [cell: string, end: number] {
  let offset = start;
  while (offset < text.length && text[offset] !== delimiter && !isNewline(text[offset])) {
    if (text[offset] === '"') throw new Error(`Quote in an unquoted cell at ${offset}`);
    offset++;
  }
  return [text.slice(start, offset), offset];
}
