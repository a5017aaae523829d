import Papa from 'papaparse';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { readCatalog, writeCatalog } from '../../../../test/support/catalog.js';
import { writeXlsxFile } from './xlsx-file.js';

const CDN = 'https://cdn.example.com';
const toOutputUrl = (url: string): string => url.replace(CDN, 'https://out.example.com');

async function writeCsv(file: string, mode: 'append' | 'replace', raw = false): Promise<string> {
  const catalog = await readCatalog(file);
  return (await writeCatalog(catalog, { format: 'csv', mode, raw }, toOutputUrl)).toString();
}

async function writeWorkbook(batches: string[][][], maxRows?: number): Promise<Buffer> {
  async function* rows() {
    yield* batches;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of writeXlsxFile(rows(), { maxRows })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('writeOutputFile() in replace mode', () => {
  it('writeOutputFile() in replace mode keeps the sep= line, the preamble, the header and all other cells', async () => {
    const file = `sep=;\r\nPrice list;;\r\nSKU;Image;Note\r\n1;${CDN}/a.jpg|${CDN}/b.jpg;"=1+1; ""x"""\r\n`;
    expect(await writeCsv(file, 'replace')).toBe(file.replaceAll('https://cdn.', 'https://out.'));
  });

  it.each([
    `["${CDN}/a.jpg", "${CDN}/b.jpg"]`,
    `["https:\\/\\/cdn.example.com\\/a.jpg"]`,
    `['${CDN}/a.jpg']`,
    `{${CDN}/a.jpg,${CDN}/b.jpg}`,
    `front.jpg (${CDN}/a.jpg),side.jpg (${CDN}/b.jpg)`,
    `=IMAGE("${CDN}/a.jpg", 1)`,
    `=HYPERLINK("${CDN}/a.jpg","Show")`,
    `${CDN}/a.jpg ! alt : A mug, blue ! title : Mug | ${CDN}/b.jpg ! alt :  ! title : `,
    `${CDN}/a.jpg:Red,${CDN}/b.jpg:Blue`,
    `<img alt="x" src="${CDN}/a.jpg?w=1&amp;h=2"> text`,
    `"${CDN}/a.jpg"\n'${CDN}/b.jpg'`,
    ` ${CDN}/a.jpg ,, ${CDN}/b.jpg; `,
    `[{"url":"${CDN}/a.jpg","thumbnails":{"small":{"url":"https://thumbs.example.com/a.jpg"}}}]`,
  ])('writeOutputFile() in replace mode changes only the URLs in the cell %j', async (cell) => {
    const file = Papa.unparse([
      ['SKU', 'Image'],
      ['1', cell],
      ['2', `${CDN}/z.jpg`],
    ]);
    const { data } = Papa.parse<string[]>(await writeCsv(file, 'replace'));
    const hasEscapedSlashes = cell.includes('\\/');
    const expected = hasEscapedSlashes
      ? cell.replaceAll('\\/\\/cdn.', '\\/\\/out.')
      : cell.replaceAll('https://cdn.', 'https://out.');
    expect(data[1]).toEqual(['1', expected]);
  });

  it('writeOutputFile() in replace mode keeps the URL of an image without an output', async () => {
    const catalog = await readCatalog(`SKU,Image\n1,"${CDN}/a.jpg,mug.txt,${CDN}/b.jpg"\n`);
    const text = await writeCatalog(catalog, { format: 'csv', mode: 'replace' }, (url) =>
      url.endsWith('b.jpg') ? 'https://out.example.com/b.jpg' : null,
    );
    expect(text.toString()).toContain(`"${CDN}/a.jpg,mug.txt,https://out.example.com/b.jpg"`);
  });

  it('writeOutputFile() in replace mode writes no header row for a file without one', async () => {
    const file = `1,Mug,${CDN}/a.jpg\n2,Bowl,${CDN}/b.jpg\n`;
    expect(await writeCsv(file, 'replace')).toBe(file.replaceAll('https://cdn.', 'https://out.'));
  });

  it('writeOutputFile() in replace mode writes UTF-8 with a byte order mark for a file in another encoding', async () => {
    const catalog = await readCatalog(
      Buffer.from(`SKU,Name,Image\n1,Caf\u00e9,${CDN}/a.jpg\n`, 'latin1'),
    );
    const text = await writeCatalog(catalog, { format: 'csv', mode: 'replace' }, toOutputUrl);
    expect(text.toString()).toBe(
      `\ufeffSKU,Name,Image\n1,Caf\u00e9,https://out.example.com/a.jpg\n`,
    );
  });
});

describe('writeOutputFile() in append mode', () => {
  it('writeOutputFile() in append mode adds one output column for a single image column', async () => {
    expect(await writeCsv(`SKU,Image\n1,"${CDN}/a.jpg,${CDN}/b.jpg"\n`, 'append')).toBe(
      `SKU,Image,Output Image Urls\n1,"${CDN}/a.jpg,${CDN}/b.jpg","https://out.example.com/a.jpg,https://out.example.com/b.jpg"\n`,
    );
  });

  it('writeOutputFile() in append mode adds one output column per image column', async () => {
    expect(await writeCsv(`SKU,Image 1,Image 2\n1,${CDN}/a.jpg,${CDN}/b.jpg\n`, 'append')).toBe(
      `SKU,Image 1,Image 2,Output Image 1,Output Image 2\n1,${CDN}/a.jpg,${CDN}/b.jpg,https://out.example.com/a.jpg,https://out.example.com/b.jpg\n`,
    );
  });

  it('writeOutputFile() in append mode adds one output column per image column even if image columns have the same name', async () => {
    expect(await writeCsv(`SKU,Image,Image\n1,${CDN}/a.jpg,${CDN}/b.jpg\n`, 'append')).toBe(
      `SKU,Image,Image,Output Image,Output Image\n1,${CDN}/a.jpg,${CDN}/b.jpg,https://out.example.com/a.jpg,https://out.example.com/b.jpg\n`,
    );
  });

  it.each([`SKU,Image\n1,${CDN}/a.jpg\n`, `SKU,Image 1,Image 2\n1,${CDN}/a.jpg,${CDN}/b.jpg\n`])(
    'writeOutputFile() in append mode overwrites the output columns of an earlier output file for %j',
    async (file) => {
      const firstOutput = await writeCsv(file, 'append');
      expect(await writeCsv(firstOutput, 'append')).toBe(firstOutput);
    },
  );

  it('writeOutputFile() in append mode escapes formulas in cells, header and preamble unless raw is requested', async () => {
    const file = `=1+2,,\nSKU,Image,@SUM(A1)\n=cmd(),${CDN}/a.jpg,- 100% cotton\n`;
    const escapedLines = (await writeCsv(file, 'append')).split('\n');
    expect(escapedLines[0]).toBe(`'=1+2,,`);
    expect(escapedLines[1]).toBe(`SKU,Image,'@SUM(A1),Output Image Urls`);
    expect(escapedLines[2]).toContain(`'=cmd(),${CDN}/a.jpg,- 100% cotton,`);
    expect(await writeCsv(file, 'append', true)).not.toContain("'");
  });
});

describe('writeOutputFile() as XLSX', () => {
  it('writeOutputFile() as XLSX writes text that an independent reader returns unchanged', async () => {
    const file = `Price list,,,\nSKU,EAN,Image,Note\n007,4006381333931,${CDN}/a.jpg,=1+1\n8,,${CDN}/b.jpg,"a\nb <&> _x0041_ \u{1f600}"\n`;
    const catalog = await readCatalog(file);
    const workbook = await writeCatalog(catalog, { format: 'xlsx', mode: 'replace' }, toOutputUrl);
    expect(await readSheet(workbook)).toEqual([
      ['Price list', null, null, null],
      ['SKU', 'EAN', 'Image', 'Note'],
      ['007', '4006381333931', 'https://out.example.com/a.jpg', '=1+1'],
      ['8', null, 'https://out.example.com/b.jpg', 'a\nb <&> _x0041_ \u{1f600}'],
    ]);
  });

  it('writeOutputFile() as XLSX writes cells that XlsxSource returns unchanged, in both modes', async () => {
    const cells = [
      '1',
      ' tab\there ',
      'a\r\nb',
      '\u0001\u001f',
      '_x000D_',
      'TRUE',
      '1E5',
      "'=x",
      '\u5496\u5561',
    ];
    const file = Papa.unparse([
      ['SKU', 'Image', ...cells.map((_, i) => `c${i}`)],
      ['1', `${CDN}/a.jpg`, ...cells],
    ]);
    const catalog = await readCatalog(file);
    for (const mode of ['append', 'replace'] as const) {
      const workbook = await writeCatalog(catalog, { format: 'xlsx', mode }, toOutputUrl);
      const rereadCatalog = await readCatalog(workbook);
      expect(rereadCatalog.rows[0].cells.slice(2, 2 + cells.length)).toEqual(cells);
      expect(rereadCatalog.description.layout.sheet).toBe('Products');
    }
  });

  it('writeOutputFile() as XLSX throws an error with a code when a sheet limit is exceeded', async () => {
    await expect(writeWorkbook([[['x'.repeat(32_768)]]])).rejects.toMatchObject({
      code: 'xlsx_cell_too_long',
    });
    await expect(
      writeWorkbook([[Array.from({ length: 16_385 }, () => 'x')]]),
    ).rejects.toMatchObject({
      code: 'xlsx_too_many_columns',
    });
    await expect(writeWorkbook([[['a']], [['b'], ['c']]], 3)).resolves.toBeInstanceOf(Buffer);
    await expect(writeWorkbook([[['a']], [['b'], ['c']]], 2)).rejects.toMatchObject({
      code: 'xlsx_too_many_rows',
    });
  });

  it('writeOutputFile() as XLSX stops reading rows when the client aborts the download', async () => {
    let isClosed = false;
    async function* generateEndlessRows() {
      try {
        for (;;) yield Array.from({ length: 1000 }, (_, i) => [String(Math.random()), String(i)]);
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of writeXlsxFile(generateEndlessRows()))
      if (chunk.length > 10_000) break;
    await expect.poll(() => isClosed).toBe(true);
  });

  it('writeOutputFile() as XLSX forwards an error that occurs while reading rows', async () => {
    async function* generateFailingRows(): AsyncGenerator<string[][]> {
      yield [['x']];
      throw new Error('the connection was lost');
    }
    const chunks = writeXlsxFile(generateFailingRows());
    await expect(async () => {
      for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
    }).rejects.toThrow('the connection was lost');
  });
});
