import * as fc from 'fast-check';
import iconv from 'iconv-lite';

/** A generated product file and its content. */
export interface GeneratedProductFile {
  bytes: Buffer;
  delimiter: string;
  newline: string;
  encoding: string;
  /** Records before the header, as text. */
  preamble: string;
  header: string[];
  rows: GeneratedRow[];
}

export interface GeneratedRow {
  cells: string[];
  /** URLs to download, in column order. */
  urls: string[];
  /** The cells after each URL is replaced with its output URL. */
  outputCells: string[];
}

/** Returns the output URL of an image in these tests. */
export const toOutputUrl = (url: string): string =>
  `https://out.example.com/${Buffer.from(url).toString('hex').slice(-24)}.webp`;

interface ImageCell {
  text: string;
  urls: string[];
  outputText: string;
}

type CellFormat = (urls: string[]) => ImageCell;

/** Returns a cell format. `formatUrl` formats each URL, and `combine` combines the formatted URLs. */
const cellFormat =
  (combine: (formattedUrls: string[]) => string, formatUrl = (url: string) => url): CellFormat =>
  (urls) => ({
    text: combine(urls.map(formatUrl)),
    urls,
    outputText: combine(urls.map((url) => formatUrl(toOutputUrl(url)))),
  });

const joinedBy = (separator: string): CellFormat => cellFormat((urls) => urls.join(separator));
const toJsonString = (url: string): string => JSON.stringify(url);

/** Formats of cells with several URLs. */
const LIST_FORMATS: Record<string, CellFormat> = {
  comma: joinedBy(','),
  commaAndSpace: joinedBy(', '),
  semicolon: joinedBy(';'),
  pipe: joinedBy('|'),
  spacedPipe: joinedBy(' | '),
  lineBreak: joinedBy('\n'),
  space: joinedBy(' '),
  commaAndLineBreak: joinedBy(',\n'),
  json: cellFormat((urls) => `[${urls.join(', ')}]`, toJsonString),
  jsonWithSlashes: cellFormat(
    (urls) => `[${urls.join(',')}]`,
    (url) => toJsonString(url).replaceAll('/', String.raw`\/`),
  ),
  jsonObjects: cellFormat(
    (urls) => `[${urls.map((url) => `{"id":7,"url":${url}}`).join(',')}]`,
    toJsonString,
  ),
  python: cellFormat((urls) => `[${urls.map((url) => `'${url}'`).join(', ')}]`),
  quoted: cellFormat((urls) => urls.map((url) => `"${url}"`).join(',')),
  attachments: cellFormat((urls) => urls.map((url, i) => `photo ${i}.jpg (${url})`).join(',')),
  annotated: cellFormat((urls) =>
    urls.map((url) => `${url} ! alt : A mug, blue ! title : Mug`).join(' | '),
  ),
  html: cellFormat(
    (urls) => urls.map((url) => `<img class="x" src="${url}">`).join('<br>'),
    (url) => url.replaceAll('&', '&amp;'),
  ),
};

/** Formats of cells with one URL. */
const SINGLE_URL_FORMATS: Record<string, CellFormat> = {
  image: cellFormat(([url]) => `=IMAGE("${url}")`),
  hyperlink: cellFormat(([url]) => `=HYPERLINK("${url}";"Show")`),
  spaced: cellFormat(([url]) => `  ${url} `),
  bracketed: cellFormat(([url]) => `<${url}>`),
  zeroWidth: cellFormat(([url]) => `\u200b${url}`),
};

/** Formats with characters that legacy encodings lack. */
const UNICODE_FORMATS = new Set(['zeroWidth']);

const EMPTY_CELLS = ['', '', ' ', 'N/A', '-', 'no_selection', 'NULL'];

const pathSegment = fc.constantFrom(
  'files',
  'p-1',
  'A_b',
  'w_400,h_300',
  '2024',
  'media',
  'x;y=2',
  '100%25',
);
const anyUrl = fc
  .tuple(
    fc.constantFrom('https://cdn.example.com', 'http://img.example.org:8080', 'https://127.0.0.1'),
    fc.array(pathSegment, { maxLength: 3 }),
    fc.nat(999_999),
    fc.constantFrom('.jpg', '.png', '.webp', '.JPEG'),
    fc.constantFrom('', '', '?v=1530', '?w=1&h=2', '#main'),
  )
  .map(([host, segments, name, extension, query]) =>
    [host, ...segments, `${name}${extension}${query}`].join('/'),
  );

function anyImageCell(isUnicode: boolean): fc.Arbitrary<ImageCell> {
  const singleUrlFormats = Object.entries(SINGLE_URL_FORMATS).filter(
    ([name]) => isUnicode || !UNICODE_FORMATS.has(name),
  );
  return fc.oneof(
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...EMPTY_CELLS)
        .map((text) => ({ text, urls: [], outputText: text })),
    },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...Object.values(LIST_FORMATS)),
          fc.array(anyUrl, { minLength: 1, maxLength: 4 }),
        )
        .map(([format, urls]) => format(urls)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...singleUrlFormats.map(([, format]) => format)), anyUrl)
        .map(([format, url]) => format([url])),
    },
  );
}

/** Sample texts by encoding, in the languages that use it. */
const SAMPLE_TEXTS: Record<string, string[]> = {
  'utf-8': [
    'Gr\u00f6\u00dfe',
    '\u6642\u8a08',
    '\u041a\u0440\u0443\u0436\u043a\u0430',
    '\u{1f381} gift',
    'mug',
  ],
  'utf-16le': ['Gr\u00f6\u00dfe', '\u6642\u8a08', '\u041a\u0440\u0443\u0436\u043a\u0430', 'mug'],
  'utf-16be': ['Gr\u00f6\u00dfe', '\u6642\u8a08', 'mug'],
  'windows-1252': [
    'Gr\u00f6\u00dfe',
    'Stra\u00dfe',
    'gr\u00fcn',
    'Caf\u00e9',
    'T\u00fcr',
    'sch\u00f6n',
  ],
  'windows-1251': [
    '\u041a\u0430\u043c\u0435\u043d\u043d\u0430\u044f \u043a\u0440\u0443\u0436\u043a\u0430',
    '\u041d\u0430\u0441\u0442\u043e\u043b\u044c\u043d\u044b\u0435 \u0447\u0430\u0441\u044b',
    '\u0420\u0443\u0447\u043d\u0430\u044f \u0440\u0430\u0431\u043e\u0442\u0430',
  ],
  shift_jis: [
    '\u77f3\u306e\u30de\u30b0\u30ab\u30c3\u30d7',
    '\u5353\u4e0a\u6642\u8a08',
    '\u624b\u4f5c\u308a\u306e\u30d0\u30c3\u30b0\u3067\u3059',
  ],
  gb18030: [
    '\u77f3\u5934\u9a6c\u514b\u676f',
    '\u684c\u9762\u65f6\u949f\u548c\u7535\u6c60',
    '\u624b\u5de5\u5236\u4f5c\u7684\u5e06\u5e03\u5305',
  ],
};

const SPECIAL_TEXTS = [
  '5" pipe',
  'say "hi"',
  'a, b',
  'x; y',
  'tab\there',
  'p | q',
  'two\nlines',
  '- 100% cotton',
  "it's",
  '12,50',
  '0042',
  '=1+1',
];

const IMAGE_COLUMN_NAMES = [
  'Image',
  'Image Src',
  'images',
  'Photo URL',
  'Product Image URL - 1',
  'Bilder',
  'additional_image_link',
  'main_image_url',
  'picture',
  'Featured Image',
  'IMAGE1',
  'imageUrl',
];

interface Dialect {
  encoding: string;
  delimiter: string;
  newline: string;
  quotesAllCells: boolean;
  preamble: string[];
  hasSeparatorHint: boolean;
}

const anyDialect: fc.Arbitrary<Dialect> = fc.record({
  encoding: fc.constantFrom(...Object.keys(SAMPLE_TEXTS)),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n'),
  quotesAllCells: fc.boolean(),
  preamble: fc.array(
    fc.constantFrom('Our product list', 'Exported on 2024-05-06', '# internal use only', ''),
    {
      maxLength: 3,
    },
  ),
  hasSeparatorHint: fc.boolean(),
});

/** Generates product files in any dialect, with the columns in any order. */
export const anyProductFile: fc.Arbitrary<GeneratedProductFile> = anyDialect.chain((dialect) => {
  const { encoding } = dialect;
  const isUnicode = encoding.startsWith('utf');
  const text = fc.oneof(
    fc.constantFrom(...SAMPLE_TEXTS[encoding]),
    fc
      .array(fc.constantFrom(...SAMPLE_TEXTS[encoding]), { minLength: 2, maxLength: 4 })
      .map((words) => words.join(' ')),
    fc.constantFrom(...SPECIAL_TEXTS),
    fc.constant(''),
  );
  const columns = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...IMAGE_COLUMN_NAMES), { minLength: 1, maxLength: 3 }),
      fc.subarray(['SKU', 'Price', 'Description', 'Weight', 'Tags']),
    )
    .chain(([imageColumns, otherColumns]) =>
      fc.shuffledSubarray(['Name', ...imageColumns, ...otherColumns], {
        minLength: 1 + imageColumns.length + otherColumns.length,
      }),
    );
  return columns.chain((header) => {
    const rowCells = header.map((name) =>
      IMAGE_COLUMN_NAMES.includes(name)
        ? anyImageCell(isUnicode)
        : name === 'Name'
          ? fc.constantFrom(...SAMPLE_TEXTS[encoding]).map(toPlainCell)
          : text.map(toPlainCell),
    );
    const firstRowCells = header.map((name) =>
      IMAGE_COLUMN_NAMES.includes(name)
        ? anyUrl.map((url) => LIST_FORMATS.comma([url]))
        : fc.constantFrom(...SAMPLE_TEXTS[encoding]).map(toPlainCell),
    );
    return fc
      .tuple(fc.tuple(...firstRowCells), fc.array(fc.tuple(...rowCells), { maxLength: 12 }))
      .map(([firstCells, otherCells]) => buildFile(dialect, header, [firstCells, ...otherCells]));
  });
});

const toPlainCell = (value: string): ImageCell => ({ text: value, urls: [], outputText: value });

function buildFile(dialect: Dialect, header: string[], cells: ImageCell[][]): GeneratedProductFile {
  const { encoding, delimiter, newline } = dialect;
  const formatRecord = (texts: string[]) =>
    texts.map((value) => quoteCell(value, dialect)).join(delimiter) + newline;
  const preamble =
    (dialect.hasSeparatorHint ? `sep=${delimiter}${newline}` : '') +
    dialect.preamble.map((line) => line + newline).join('');
  const rows = cells.map((row) => ({
    cells: row.map(({ text }) => text),
    urls: row.flatMap(({ urls }) => urls),
    outputCells: row.map(({ outputText }) => outputText),
  }));
  const text =
    preamble + formatRecord(header) + rows.map((row) => formatRecord(row.cells)).join('');
  const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-16') });
  return { bytes, delimiter, newline, encoding, preamble, header, rows };
}

function quoteCell(value: string, { delimiter, quotesAllCells }: Dialect): string {
  const needsQuotes = value.includes(delimiter) || /["\r\n]/.test(value) || value.trim() !== value;
  return needsQuotes || (quotesAllCells && value !== '')
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}
