import * as fc from 'fast-check';
import iconv from 'iconv-lite';

/** A generated product file, and what is in it. */
export interface AnyProductFile {
  bytes: Buffer;
  delimiter: string;
  newline: string;
  encoding: string;
  /** Records before the header, as text. */
  preamble: string;
  header: string[];
  rows: AnyRow[];
}

export interface AnyRow {
  cells: string[];
  /** URLs to download, in the order of the columns. */
  urls: string[];
  /** The cells after each URL is replaced by `replacement(url)`. */
  replaced: string[];
}

/** The output URL of an image in these tests. */
export const replacement = (url: string): string =>
  `https://out.example.com/${Buffer.from(url).toString('hex').slice(-24)}.webp`;

interface ImageCell {
  text: string;
  urls: string[];
  replaced: string;
}

type Shape = (urls: string[]) => ImageCell;

/** A cell whose URLs are written by `write`, between the texts of `around`. */
const shape =
  (around: (written: string[]) => string, write = (url: string) => url): Shape =>
  (urls) => ({
    text: around(urls.map(write)),
    urls,
    replaced: around(urls.map((url) => write(replacement(url)))),
  });

const joined = (separator: string): Shape => shape((urls) => urls.join(separator));
const jsonText = (url: string): string => JSON.stringify(url);

/** Ways to write several URLs. */
const LISTS: Record<string, Shape> = {
  comma: joined(','),
  commaAndSpace: joined(', '),
  semicolon: joined(';'),
  pipe: joined('|'),
  spacedPipe: joined(' | '),
  lineBreak: joined('\n'),
  space: joined(' '),
  commaAndLineBreak: joined(',\n'),
  json: shape((urls) => `[${urls.join(', ')}]`, jsonText),
  jsonWithSlashes: shape(
    (urls) => `[${urls.join(',')}]`,
    (url) => jsonText(url).replaceAll('/', String.raw`\/`),
  ),
  jsonObjects: shape(
    (urls) => `[${urls.map((url) => `{"id":7,"url":${url}}`).join(',')}]`,
    jsonText,
  ),
  python: shape((urls) => `[${urls.map((url) => `'${url}'`).join(', ')}]`),
  quoted: shape((urls) => urls.map((url) => `"${url}"`).join(',')),
  attachments: shape((urls) => urls.map((url, i) => `photo ${i}.jpg (${url})`).join(',')),
  annotated: shape((urls) =>
    urls.map((url) => `${url} ! alt : A mug, blue ! title : Mug`).join(' | '),
  ),
  html: shape(
    (urls) => urls.map((url) => `<img class="x" src="${url}">`).join('<br>'),
    (url) => url.replaceAll('&', '&amp;'),
  ),
};

/** Ways to write one URL. */
const SINGLES: Record<string, Shape> = {
  image: shape(([url]) => `=IMAGE("${url}")`),
  hyperlink: shape(([url]) => `=HYPERLINK("${url}";"Show")`),
  spaced: shape(([url]) => `  ${url} `),
  bracketed: shape(([url]) => `<${url}>`),
  zeroWidth: shape(([url]) => `\u200b${url}`),
};

/** Shapes with characters that a legacy encoding lacks. */
const UNICODE_SHAPES = new Set(['zeroWidth']);

const EMPTY = ['', '', ' ', 'N/A', '-', 'no_selection', 'NULL'];

const segment = fc.constantFrom(
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
    fc.array(segment, { maxLength: 3 }),
    fc.nat(999_999),
    fc.constantFrom('.jpg', '.png', '.webp', '.JPEG'),
    fc.constantFrom('', '', '?v=1530', '?w=1&h=2', '#main'),
  )
  .map(([host, path, name, ending, query]) =>
    [host, ...path, `${name}${ending}${query}`].join('/'),
  );

function anyImageCell(isUnicode: boolean): fc.Arbitrary<ImageCell> {
  const singles = Object.entries(SINGLES).filter(
    ([name]) => isUnicode || !UNICODE_SHAPES.has(name),
  );
  return fc.oneof(
    {
      weight: 1,
      arbitrary: fc.constantFrom(...EMPTY).map((text) => ({ text, urls: [], replaced: text })),
    },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...Object.values(LISTS)),
          fc.array(anyUrl, { minLength: 1, maxLength: 4 }),
        )
        .map(([write, urls]) => write(urls)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...singles.map(([, write]) => write)), anyUrl)
        .map(([write, url]) => write([url])),
    },
  );
}

/** Texts in the languages that an encoding is used for. */
const WORDS: Record<string, string[]> = {
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

const SPECIAL = [
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

const IMAGE_NAMES = [
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
  quoteAll: boolean;
  preamble: string[];
  hint: boolean;
}

const anyDialect: fc.Arbitrary<Dialect> = fc.record({
  encoding: fc.constantFrom(...Object.keys(WORDS)),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n'),
  quoteAll: fc.boolean(),
  preamble: fc.array(
    fc.constantFrom('Our product list', 'Exported on 2024-05-06', '# internal use only', ''),
    {
      maxLength: 3,
    },
  ),
  hint: fc.boolean(),
});

/** Product files of any dialect with the columns in any order. */
export const anyProductFile: fc.Arbitrary<AnyProductFile> = anyDialect.chain((dialect) => {
  const { encoding } = dialect;
  const isUnicode = encoding.startsWith('utf');
  const text = fc.oneof(
    fc.constantFrom(...WORDS[encoding]),
    fc
      .array(fc.constantFrom(...WORDS[encoding]), { minLength: 2, maxLength: 4 })
      .map((words) => words.join(' ')),
    fc.constantFrom(...SPECIAL),
    fc.constant(''),
  );
  const columns = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...IMAGE_NAMES), { minLength: 1, maxLength: 3 }),
      fc.subarray(['SKU', 'Price', 'Description', 'Weight', 'Tags']),
    )
    .chain(([images, others]) =>
      fc.shuffledSubarray(['Name', ...images, ...others], {
        minLength: 1 + images.length + others.length,
      }),
    );
  return columns.chain((header) => {
    const cell = header.map((name) =>
      IMAGE_NAMES.includes(name)
        ? anyImageCell(isUnicode)
        : name === 'Name'
          ? fc.constantFrom(...WORDS[encoding]).map(plainCell)
          : text.map(plainCell),
    );
    const first = header.map((name) =>
      IMAGE_NAMES.includes(name)
        ? anyUrl.map((url) => LISTS.comma([url]))
        : fc.constantFrom(...WORDS[encoding]).map(plainCell),
    );
    return fc
      .tuple(fc.tuple(...first), fc.array(fc.tuple(...cell), { maxLength: 12 }))
      .map(([start, rest]) => fileOf(dialect, header, [start, ...rest]));
  });
});

const plainCell = (value: string): ImageCell => ({ text: value, urls: [], replaced: value });

function fileOf(dialect: Dialect, header: string[], cells: ImageCell[][]): AnyProductFile {
  const { encoding, delimiter, newline } = dialect;
  const record = (texts: string[]) =>
    texts.map((value) => quoted(value, dialect)).join(delimiter) + newline;
  const preamble =
    (dialect.hint ? `sep=${delimiter}${newline}` : '') +
    dialect.preamble.map((line) => line + newline).join('');
  const rows = cells.map((row) => ({
    cells: row.map(({ text }) => text),
    urls: row.flatMap(({ urls }) => urls),
    replaced: row.map(({ replaced }) => replaced),
  }));
  const text = preamble + record(header) + rows.map((row) => record(row.cells)).join('');
  const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-16') });
  return { bytes, delimiter, newline, encoding, preamble, header, rows };
}

function quoted(value: string, { delimiter, quoteAll }: Dialect): string {
  const needed = value.includes(delimiter) || /["\r\n]/.test(value) || value.trim() !== value;
  return needed || (quoteAll && value !== '') ? `"${value.replaceAll('"', '""')}"` : value;
}
