import iconv from 'iconv-lite';
import {
  CDN,
  testCatalogReader,
  joinLines,
  type ProductFileCase,
} from '../../../test/support/product-file-suite.js';

/** Files as shops export them, with invented data. */
const FILES: readonly ProductFileCase[] = [
  [
    'quotes escaped by a backslash',
    joinLines(
      'ID,Name,Description,Images',
      String.raw`1,Jar,"[box css=\".c{a: b, c}\"]Big, round[/box]",` +
        `"${CDN}/a.jpg, ${CDN}/b.jpg"`,
      `2,Pen,x,${CDN}/c.jpg`,
    ),
    { imageCounts: [2, 1], warnings: ['quotes_escaped_by_backslash'] },
  ],
  [
    'lines that each consist of one quoted cell',
    joinLines(
      '"No,Name,Image Urls"',
      `"1,Jar,${CDN}/a.jpg"`,
      `"2,""Pen, blue"",""${CDN}/b.jpg,${CDN}/c.jpg"""`,
    ),
    { imageCounts: [1, 2], names: ['Jar', 'Pen, blue'], warnings: ['lines_quoted'] },
  ],
  [
    'a quoted separator line',
    joinLines('"sep=;"', 'No;Name;Image URL', `1;Jar, round;${CDN}/a.jpg`),
    { imageCounts: [1], names: ['Jar, round'], headerRow: 2 },
  ],
  [
    'a separator line with spaces',
    joinLines('SEP = |', 'No|Name|Image URL', `1|Jar|${CDN}/a.jpg`),
    { imageCounts: [1], headerRow: 2 },
  ],
  [
    'UTF-16 text from a spreadsheet',
    iconv.encode(
      joinLines('No\tName\tImage Urls', `1\t"Gr\u00f6\u00dfe ""M"""\t${CDN}/a.jpg`),
      'utf-16le',
      { addBOM: true },
    ),
    { imageCounts: [1], names: ['Gr\u00f6\u00dfe "M"'] },
  ],
  [
    'a Windows-1251 file',
    iconv.encode(
      joinLines(
        'No;Name;Image Urls',
        `1;\u0421\u0442\u0435\u043a\u043b\u044f\u043d\u043d\u0430\u044f \u0431\u0430\u043d\u043a\u0430;${CDN}/a.jpg`,
      ),
      'windows-1251',
    ),
    {
      imageCounts: [1],
      names: [
        '\u0421\u0442\u0435\u043a\u043b\u044f\u043d\u043d\u0430\u044f \u0431\u0430\u043d\u043a\u0430',
      ],
      warnings: ['encoding_assumed'],
    },
  ],
  [
    'UTF-8 with a truncated character',
    Buffer.concat([
      Buffer.from(`No,Name,Image Urls\n1,Caf\u00e9 cr\u00e8me,${CDN}/a.jpg\n2,Strau`),
      Buffer.from([0xc3]),
      Buffer.from(`,${CDN}/b.jpg\n`),
    ]),
    {
      imageCounts: [1, 1],
      names: ['Caf\u00e9 cr\u00e8me', 'Strau\ufffd'],
      warnings: ['characters_replaced'],
    },
  ],
  [
    'mixed line endings',
    `SKU,Image\r\nA,${CDN}/a.jpg\nB,${CDN}/b.jpg\rC,${CDN}/c.jpg`,
    { imageCounts: [1, 1, 1] },
  ],
];

testCatalogReader('encodings and CSV dialects', FILES);
