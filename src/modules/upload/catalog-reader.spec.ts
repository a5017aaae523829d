import { describe, expect, it } from 'vitest';
import {
  chunks,
  csvFixture,
  HEADER,
  readCatalog,
  refusedCatalog,
} from '../../../test/support/read-catalog.js';

const read = (text: string) => readCatalog(chunks(Buffer.from(text)));
const [A, B, C] = ['1', '2', '3'].map((name) => `https://a.example/${name}.jpg`) as [
  string,
  string,
  string,
];

describe('a catalog that can be used', () => {
  it.each([
    ['spilled over into extra cells', `1,SKU1,${A},${B},${C}`],
    ['spilled, with empty cells after them', `1,SKU1,${A},${B},${C},,`],
    ['spilled, with blanks around them', `1,SKU1, ${A} , ${B} ,${C} `],
    ['in one quoted cell', `1,SKU1,"${A},${B},${C}"`],
    ['in one quoted cell with a comma at the end', `1,SKU1,"${A}, ${B} , ${C},"`],
    ['one per line in a quoted cell', `1,SKU1,"${A}\n${B}\r\n${C}"`],
    ['one per line with blank lines between', `1,SKU1,"${A}\n\n${B}\n\n${C}\n"`],
    ['separated by |', `1,SKU1,${A}|${B} | ${C}`],
    ['separated by ;', `1,SKU1,${A};${B}; ${C}`],
    ['separated by blanks', `1,SKU1,${A} ${B}  ${C}`],
  ])('reads URLs %s', async (_, row) => {
    const { rows, reader } = await read(`${HEADER}\n${row}\n`);
    expect(rows.map(({ urls }) => urls)).toEqual([[A, B, C]]);
    expect(reader).toMatchObject({ products: 1, images: 3, warnings: [] });
    expect(rows[0].cells).toHaveLength(3);
  });

  it.each([
    ['quoted', `"https://a.example/x,y.jpg,${B}"`, ['https://a.example/x,y.jpg', B]],
    ['spilled', 'https://a.example/x,y.jpg', ['https://a.example/x,y.jpg']],
    ['spilled twice', `https://a.example/x,,y.jpg,${B}`, ['https://a.example/x,,y.jpg', B]],
    [
      'before another',
      `${A},https://a.example/w_1,h_2/x.jpg`,
      [A, 'https://a.example/w_1,h_2/x.jpg'],
    ],
  ])('keeps a comma inside a URL: %s', async (_, cell, urls) => {
    expect((await read(`${HEADER}\n1,SKU1,${cell}\n`)).rows[0].urls).toEqual(urls);
  });

  it('joins spilled URLs into the one cell they belong to', async () => {
    const { rows } = await readCatalog(csvFixture('flask-sample-spilled'));
    expect(rows.map(({ row, cells }) => [row, cells])).toEqual([
      [1, ['1', 'SKU1', 'https://a.example/1.jpg,https://a.example/2.jpg,https://a.example/3.jpg']],
      [2, ['2', 'SKU2', 'https://a.example/4.jpg,https://a.example/5.jpg,https://a.example/6.jpg']],
    ]);
  });

  it('folds URLs that spilled into columns without a name, and keeps other text there', async () => {
    const { rows } = await read(`${HEADER},,\n1,SKU1,${A},${B},${C}\n2,SKU2,${A},note,\n`);
    expect(rows.map(({ cells, urls }) => [cells, urls])).toEqual([
      [
        ['1', 'SKU1', `${A},${B},${C}`, '', ''],
        [A, B, C],
      ],
      [['2', 'SKU2', A, 'note', ''], [A]],
    ]);
  });

  it('keeps extra columns of any name, before and after', async () => {
    const header = '__proto__,constructor,S. No.,Product Name,Images,Notes,Notes,';
    const { rows, reader } = await read(`${header}\np,c,007,SKU,${A},n1,n2,x\n`);
    expect(reader.header.cells).toEqual(header.split(','));
    expect(rows[0]).toMatchObject({
      serialNumber: '007',
      productName: 'SKU',
      cells: ['p', 'c', '007', 'SKU', A, 'n1', 'n2', 'x'],
    });
    expect(reader.header.columns).toEqual({
      serial_number: 'S. No.',
      product_name: 'Product Name',
      input_image_urls: 'Images',
    });
  });

  it('fills up a row whose last empty cells were left out', async () => {
    const { rows } = await read(`${HEADER},Notes,Price\n1,SKU1,${A}\n`);
    expect(rows[0].cells).toEqual(['1', 'SKU1', A, '', '']);
  });

  it('counts rows and lines over blank lines, empty rows and line ends in cells', async () => {
    const text = `\n${HEADER}\n\n1,"two\nlines",${A}\n,,\n   \n2,SKU2,ftp://a/b\n`;
    const { errors } = await refusedCatalog(chunks(Buffer.from(text)));
    expect(errors).toMatchObject([{ row: 2, line: 8, column: 'Input Image Urls' }]);
  });

  it('warns about rows that hold nothing', async () => {
    const { reader, rows } = await read(`${HEADER}\n1,SKU1,${A}\n,,\n, ,\n`);
    expect(rows).toHaveLength(1);
    expect(reader.warnings).toMatchObject([{ code: 'rows_empty' }]);
  });

  it('takes the first of two columns that could both be meant, and says so', async () => {
    const { reader, rows } = await read(`S. No.,Product Name,Images,Image Url\n1,SKU,${A},${B}\n`);
    expect(rows[0].urls).toEqual([A]);
    expect(reader.warnings).toMatchObject([{ code: 'column_ambiguous' }]);
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const)('reads lines that end with %s, and remembers it', async (_, newline) => {
    const text = [HEADER, `1,SKU1,${A}`, `2,"SKU\n2",${B}`, ''].join(newline);
    const { rows, reader } = await read(text);
    expect(rows.map(({ productName }) => productName)).toEqual(['SKU1', 'SKU\n2']);
    expect(reader.dialect).toEqual({ delimiter: ',', newline, encoding: 'utf-8', bom: false });
  });

  it('reads a file whose line ends are mixed', async () => {
    const { rows } = await read(`${HEADER}\r\n1,SKU1,${A}\n2,"SKU2",${B}\r3,SKU3,${C}\r\n`);
    expect(rows.map(({ urls }) => urls)).toEqual([[A], [B], [C]]);
  });

  it.each([',', ';', '\t', '|'])('finds the delimiter %j in the header', async (delimiter) => {
    const lines = [
      ['S. No.', 'Size, Color', 'Product Name', 'Image Urls', 'a;b'],
      ['1', 'x', 'SKU1', A, ''],
    ].map((cells) => cells.map((cell) => `"${cell}"`).join(delimiter));
    const { reader, rows } = await read(lines.join('\n'));
    expect(reader.dialect.delimiter).toBe(delimiter);
    expect(rows[0]).toMatchObject({ productName: 'SKU1', urls: [A] });
  });

  it("follows Excel's sep= line", async () => {
    const { rows } = await read(`sep=;\nS. No.;Product Name;Images\n1;SKU1;${A}\n`);
    expect(rows[0].urls).toEqual([A]);
  });

  it.each([
    ['fastapi-sample', 'utf-8', false, ['SKU1', 'SKU2']],
    ['excel-utf-8-bom-crlf', 'utf-8', true, ['Café']],
    ['excel-semicolons-windows-1252', 'windows-1252', false, ['Café 10 €']],
    ['utf-16-tabs-without-bom', 'utf-16le', false, ['Café']],
  ])('reads %s', async (name, encoding, bom, names) => {
    const { rows, reader } = await readCatalog(csvFixture(name));
    expect(rows.map(({ productName }) => productName)).toEqual(names);
    expect(reader.dialect).toMatchObject({ encoding, bom });
  });
});
