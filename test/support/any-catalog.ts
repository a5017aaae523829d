import * as fc from 'fast-check';

/** Text of a cell: all characters except NUL and lone surrogates. */
const cell = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(
        '"',
        '""',
        ',',
        ';',
        '\t',
        '|',
        '\n',
        '\r',
        '\r\n',
        ' ',
        '=',
        "'",
        'é',
        '€',
        '\uFEFF',
        '𝄞',
      ),
      fc.string({ minLength: 1, maxLength: 4 }),
    ),
    maxLength: 12,
  })
  .map((text) => text.replaceAll('\0', ''));

const url = fc
  .webUrl({ withQueryParameters: true })
  .filter((text) => !/[,;|]$|[,;|]\w+:\/\//.test(text));

export interface AnyCatalog {
  rows: { number: string; name: string; extra: string; urls: string[] }[];
  delimiter: string;
  newline: '\n' | '\r\n' | '\r';
  encoding: string;
  bom: boolean;
  finalNewline: boolean;
  quoteAll: boolean;
  chunkSize: number;
}

export const anyCatalog: fc.Arbitrary<AnyCatalog> = fc.record({
  rows: fc.array(
    fc.record({
      number: cell,
      name: cell,
      extra: cell,
      urls: fc.array(url, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n' as const, '\r\n' as const, '\r' as const),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
  bom: fc.boolean(),
  finalNewline: fc.boolean(),
  quoteAll: fc.boolean(),
  chunkSize: fc.integer({ min: 1, max: 300 }),
});

export const CATALOG_HEADER = ['S. No.', 'Product Name', 'Extra', 'Input Image Urls'];

/** Expected rows of the output, cell by cell. */
export const cellsOf = ({ rows }: AnyCatalog): string[][] =>
  rows.map(({ number, name, extra, urls }) => [number, name, extra, urls.join(',')]);

/** UTF-16 without a byte order mark is detected by its zero bytes, so the text must be mostly ASCII. */
export const hasMark = ({ bom, encoding }: AnyCatalog): boolean => bom || encoding !== 'utf-8';

/** The catalog as a file, written in its dialect. */
export function written(catalog: AnyCatalog): Buffer {
  const { delimiter, newline, encoding, finalNewline, quoteAll } = catalog;
  const quote = (text: string) =>
    quoteAll || /["\r\n,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const text =
    (hasMark(catalog) ? '\uFEFF' : '') +
    [CATALOG_HEADER, ...cellsOf(catalog)]
      .map((cells) => cells.map(quote).join(delimiter))
      .join(newline) +
    (finalNewline ? newline : '');
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}
