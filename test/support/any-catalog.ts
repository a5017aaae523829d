import * as fc from 'fast-check';

/** Text of a cell: all characters except NUL and lone surrogates. */
const cellText = fc
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

const imageUrl = fc
  .webUrl({ withQueryParameters: true })
  .filter((text) => !/[,;|]$|[,;|]\w+:\/\//.test(text));

export interface GeneratedCatalog {
  rows: { number: string; name: string; extra: string; urls: string[] }[];
  delimiter: string;
  newline: '\n' | '\r\n' | '\r';
  encoding: string;
  hasBom: boolean;
  hasFinalNewline: boolean;
  quotesAllCells: boolean;
  chunkSize: number;
}

export const anyCatalog: fc.Arbitrary<GeneratedCatalog> = fc.record({
  rows: fc.array(
    fc.record({
      number: cellText,
      name: cellText,
      extra: cellText,
      urls: fc.array(imageUrl, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n' as const, '\r\n' as const, '\r' as const),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
  hasBom: fc.boolean(),
  hasFinalNewline: fc.boolean(),
  quotesAllCells: fc.boolean(),
  chunkSize: fc.integer({ min: 1, max: 300 }),
});

export const CATALOG_HEADER = ['S. No.', 'Product Name', 'Extra', 'Input Image Urls'];

/** Returns the expected cells of the output rows. */
export const toExpectedRows = ({ rows }: GeneratedCatalog): string[][] =>
  rows.map(({ number, name, extra, urls }) => [number, name, extra, urls.join(',')]);

/**
 * Returns whether the file starts with a byte order mark. A UTF-16 file always does, because its detection without a
 * mark works only for mostly ASCII text.
 */
export const hasByteOrderMark = ({ hasBom, encoding }: GeneratedCatalog): boolean =>
  hasBom || encoding !== 'utf-8';

/** Returns the catalog as a file in its dialect. */
export function encodeCatalog(catalog: GeneratedCatalog): Buffer {
  const { delimiter, newline, encoding, hasFinalNewline, quotesAllCells } = catalog;
  const quote = (text: string) =>
    quotesAllCells || /["\r\n,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const text =
    (hasByteOrderMark(catalog) ? '\uFEFF' : '') +
    [CATALOG_HEADER, ...toExpectedRows(catalog)]
      .map((cells) => cells.map(quote).join(delimiter))
      .join(newline) +
    (hasFinalNewline ? newline : '');
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}
