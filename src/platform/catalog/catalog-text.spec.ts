import iconv from 'iconv-lite';
import {
  CDN as C,
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
      String.raw`1,Jar,"[box css=\".c{a: b, c}\"]Big, round[/box]",` + `"${C}/a.jpg, ${C}/b.jpg"`,
      `2,Pen,x,${C}/c.jpg`,
    ),
    { images: [2, 1], warnings: ['quotes_escaped_by_backslash'] },
  ],
  [
    'lines that are one quoted cell each',
    joinLines(
      '"No,Name,Image Urls"',
      `"1,Jar,${C}/a.jpg"`,
      `"2,""Pen, blue"",""${C}/b.jpg,${C}/c.jpg"""`,
    ),
    { images: [1, 2], names: ['Jar', 'Pen, blue'], warnings: ['lines_quoted'] },
  ],
  [
    'a quoted separator line',
    joinLines('"sep=;"', 'No;Name;Image URL', `1;Jar, round;${C}/a.jpg`),
    { images: [1], names: ['Jar, round'], headerRow: 2 },
  ],
  [
    'a separator line with blanks',
    joinLines('SEP = |', 'No|Name|Image URL', `1|Jar|${C}/a.jpg`),
    { images: [1], headerRow: 2 },
  ],
  [
    'Unicode text of a spreadsheet',
    iconv.encode(
      joinLines('No\tName\tImage Urls', `1\t"Gr\u00f6\u00dfe ""M"""\t${C}/a.jpg`),
      'utf-16le',
      { addBOM: true },
    ),
    { images: [1], names: ['Gr\u00f6\u00dfe "M"'] },
  ],
  [
    'Windows-1251',
    iconv.encode(
      joinLines(
        'No;Name;Image Urls',
        `1;\u0421\u0442\u0435\u043a\u043b\u044f\u043d\u043d\u0430\u044f \u0431\u0430\u043d\u043a\u0430;${C}/a.jpg`,
      ),
      'windows-1251',
    ),
    {
      images: [1],
      names: [
        '\u0421\u0442\u0435\u043a\u043b\u044f\u043d\u043d\u0430\u044f \u0431\u0430\u043d\u043a\u0430',
      ],
      warnings: ['encoding_assumed'],
    },
  ],
  [
    'UTF-8 with one character cut off',
    Buffer.concat([
      Buffer.from(`No,Name,Image Urls\n1,Caf\u00e9 cr\u00e8me,${C}/a.jpg\n2,Strau`),
      Buffer.from([0xc3]),
      Buffer.from(`,${C}/b.jpg\n`),
    ]),
    {
      images: [1, 1],
      names: ['Caf\u00e9 cr\u00e8me', 'Strau\ufffd'],
      warnings: ['characters_replaced'],
    },
  ],
  [
    'mixed line ends',
    `SKU,Image\r\nA,${C}/a.jpg\nB,${C}/b.jpg\rC,${C}/c.jpg`,
    { images: [1, 1, 1] },
  ],
];

testCatalogReader('encodings and CSV dialects', FILES);
