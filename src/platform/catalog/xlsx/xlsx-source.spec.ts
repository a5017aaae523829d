import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildWorkbook,
  type TestWorkbook,
  textRow,
  zipOf,
} from '../../../../test/support/xlsx-workbook.js';
import type { CatalogOptions } from '../catalog-options.js';
import { CatalogReader } from '../catalog-reader.js';
import type { FileLimits } from '../file-limits.js';
import { CatalogRefusedError } from '../problems.js';
import { openProductFile } from '../product-file.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xlsx-source-'));
});

async function* inPieces(file: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += 50_000) yield file.subarray(at, at + 50_000);
}

async function readFile(
  file: Buffer,
  options: CatalogOptions = {},
  limits: Partial<FileLimits> = {},
) {
  const source = openProductFile(inPieces(file), options, { temporaryFolder: folder, ...limits });
  const reader = new CatalogReader(source, options);
  const rows = [];
  for await (const batch of reader.read()) rows.push(...batch);
  return { reader, rows, description: reader.description, cells: rows.map(({ cells }) => cells) };
}

async function read(workbook: TestWorkbook, options: CatalogOptions = {}) {
  return readFile(await buildWorkbook(workbook), options);
}

async function refusalOf(file: Buffer, options?: CatalogOptions, limits?: Partial<FileLimits>) {
  const error: unknown = await readFile(file, options, limits).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CatalogRefusedError);
  return error as CatalogRefusedError;
}

const URL_1 = 'https://cdn.example.com/1.jpg';
const sheet = (rows: string) => ({ name: 'Products', rows });
const HEADER = textRow(1, ['SKU', 'Name', 'Image']);

describe('XlsxSource', () => {
  it('XlsxSource reads each type of cell as a CSV export shows it', async () => {
    const cells = [
      '<c r="A2" t="s"><v>0</v></c>',
      '<c r="B2"><v>4006381333931</v></c>',
      `<c r="C2" t="inlineStr"><is><t>${URL_1}</t></is></c>`,
      '<c r="D2"><v>4.006381333931E12</v></c>',
      '<c r="E2"><v>19.989999999999998</v></c>',
      '<c r="F2" t="b"><v>1</v></c>',
      '<c r="G2" s="1"><v>45292</v></c>',
      '<c r="H2" s="2"><v>45292.5</v></c>',
      '<c r="I2" s="3"><v>1234</v></c>',
      '<c r="J2" t="e"><v>#N/A</v></c>',
      '<c r="K2" t="str"><f>A2&amp;"x"</f><v>shown</v></c>',
      '<c r="L2" t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r><rPh><t>read</t></rPh></is></c>',
      '<c r="M2"><v>1E-7</v></c>',
      '<c r="N2" t="d"><v>2024-05-06</v></c>',
      '<c r="O2" t="s"><v>1</v></c>',
    ];
    const { cells: rows } = await read({
      sheets: [
        sheet(
          textRow(1, ['SKU', 'EAN', 'Image', ...Array.from('DEFGHIJKLMNO')]) +
            `<row r="2">${cells.join('')}</row>`,
        ),
      ],
      sharedStrings: '<si><t>0042</t></si><si><t>a_x000D_\nb_x005F_x0041_</t></si>',
      styles:
        '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm;@"/><numFmt numFmtId="165" formatCode="00000000"/></numFmts>' +
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>',
    });
    expect(rows[0]).toEqual([
      '0042',
      '4006381333931',
      URL_1,
      '4006381333931',
      '19.99',
      'TRUE',
      '2024-01-01',
      '2024-01-01T12:00:00',
      '00001234',
      '#N/A',
      'shown',
      'rich text',
      '0.0000001',
      '2024-05-06',
      'a\r\nb_x0041_',
    ]);
  });

  it('XlsxSource supports the date system 1904', async () => {
    const { cells } = await read({
      date1904: true,
      sheets: [
        sheet(
          `${HEADER}<row r="2"><c r="A2" s="1"><v>0.25</v></c><c r="B2" s="1"><v>43830</v></c><c r="C2" t="inlineStr"><is><t>${URL_1}</t></is></c></row>`,
        ),
      ],
      styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>',
    });
    expect(cells[0].slice(0, 2)).toEqual(['06:00:00', '2024-01-01']);
  });

  it('XlsxSource reads the URL of IMAGE and HYPERLINK formulas', async () => {
    const { rows } = await read({
      sheets: [
        sheet(
          HEADER +
            `<row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c><c r="C2" t="e"><f>_xlfn.IMAGE("${URL_1}")</f><v>#VALUE!</v></c></row>` +
            `<row r="3"><c r="A3" t="inlineStr"><is><t>2</t></is></c><c r="C3" t="str"><f>HYPERLINK("${URL_1}","show")</f><v>show</v></c></row>` +
            `<row r="4"><c r="C4" t="str"><f>HYPERLINK(D4)</f><v>${URL_1}</v></c></row>`,
        ),
      ],
    });
    expect(rows.map(({ cells }) => cells[2])).toEqual([
      `=IMAGE("${URL_1}")`,
      `=HYPERLINK("${URL_1}","show")`,
      URL_1,
    ]);
    expect(rows.flatMap(({ images }) => images.map(({ url }) => url))).toEqual([
      URL_1,
      URL_1,
      URL_1,
    ]);
  });

  it('XlsxSource reads hyperlinks in image columns only', async () => {
    const { rows } = await read({
      sheets: [
        {
          name: 'Products',
          rows:
            HEADER +
            textRow(2, ['1', 'Stone mug', 'View photo']) +
            textRow(3, ['2', 'Clock', URL_1]),
          after:
            '<hyperlinks><hyperlink ref="B2" r:id="rId1"/><hyperlink ref="C2" r:id="rId2"/><hyperlink ref="C3" r:id="rId2"/></hyperlinks>',
          links: {
            rId1: 'https://shop.example.com/stone-mug',
            rId2: 'https://cdn.example.com/stone-mug.jpg',
          },
        },
      ],
    });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', 'Stone mug', 'https://cdn.example.com/stone-mug.jpg'],
      ['2', 'Clock', URL_1],
    ]);
  });

  const sheets = [
    { name: 'Read me', rows: textRow(1, ['How to fill in this template']) },
    { name: 'Prices', rows: textRow(1, ['SKU', 'Price']) + textRow(2, ['1', '9.50']) },
    { name: 'Products', rows: HEADER + textRow(2, ['1', 'Mug', URL_1]) },
    { name: 'More', rows: HEADER + textRow(2, ['2', 'Bowl', 'https://cdn.example.com/2.jpg']) },
  ];

  it('XlsxSource reads the first sheet with images and lists all', async () => {
    const { description, rows } = await read({ sheets });
    expect(description.layout).toMatchObject({
      format: 'xlsx',
      sheet: 'Products',
      sheets: ['Read me', 'Prices', 'Products', 'More'],
    });
    expect(rows).toHaveLength(1);
  });

  it('XlsxSource warns that embedded images of a rejected workbook are not read', async () => {
    const rows = textRow(1, ['SKU', 'Name']) + textRow(2, ['A-1', 'Mug']);
    const parts = { 'xl/media/image1.png': 'PNG' };
    const refused = await refusalOf(await buildWorkbook({ sheets: [sheet(rows)], parts }));
    expect(refused.code).toBe('column_missing');
    expect(refused.warnings.map(({ code }) => code)).toEqual(['pictures_embedded']);
    const without = await refusalOf(await buildWorkbook({ sheets: [sheet(rows)] }));
    expect(without.warnings).toEqual([]);
  });

  it('XlsxSource skips hidden sheets', async () => {
    const hidden = sheets.map((one) =>
      one.name === 'Products' ? { ...one, state: 'hidden' } : one,
    );
    expect((await read({ sheets: hidden })).description.layout.sheet).toBe('More');
  });

  it('XlsxSource reads the sheet that is named', async () => {
    const { rows } = await read({ sheets }, { sheet: 'more' });
    expect(rows[0].serialNumber).toBe('2');
  });

  it('XlsxSource rejects an unknown sheet name and lists the existing sheets', async () => {
    const error = await refusalOf(await buildWorkbook({ sheets }), { sheet: 'Stock' });
    expect(error).toMatchObject({ code: 'sheet_unknown', status: 400 });
    expect(error.message).toContain('"Read me", "Prices", "Products", "More"');
  });

  it('XlsxSource returns sheet row numbers as lines, across blank and missing rows', async () => {
    const { reader, rows, description } = await read({
      sheets: [
        sheet(
          textRow(2, ['Our products']) +
            textRow(4, ['SKU', 'Name', 'Image']) +
            textRow(5, ['1', 'Mug', URL_1]) +
            '<row r="6"/>' +
            textRow(9, ['2', 'Bowl', 'bowl']),
        ),
      ],
    });
    expect(description).toMatchObject({ headerRow: 4, preamble: [[], ['Our products'], []] });
    expect(rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(reader.problems.reported).toMatchObject([{ row: 2, line: 9, code: 'url_invalid' }]);
  });

  it('XlsxSource reads cells and rows without references, and elements with a prefix', async () => {
    const rows =
      '<x:row><x:c t="inlineStr"><x:is><x:t>SKU</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>Image</x:t></x:is></x:c></x:row>' +
      `<x:row><x:c><x:v>7</x:v></x:c><x:c t="inlineStr"><x:is><x:t>${URL_1}</x:t></x:is></x:c></x:row>`;
    expect((await read({ sheets: [sheet(rows)] })).cells).toEqual([['7', URL_1]]);
  });

  it('XlsxSource reads more shared strings than are kept in memory', async () => {
    const count = 9_500;
    const texts = Array.from({ length: count }, (_, i) => `Text ${i} ${'\u00e4'.repeat(2000)}`);
    const rows = texts
      .map(
        (_, i) =>
          `<row><c t="s"><v>${i}</v></c><c t="s"><v>${(i * 7919) % count}</v></c><c t="inlineStr"><is><t>${URL_1}</t></is></c></row>`,
      )
      .join('');
    const { cells } = await read({
      sheets: [sheet(textRow(1, ['SKU', 'Name', 'Image']) + rows)],
      sharedStrings: texts.map((text) => `<si><t>${text}</t></si>`).join(''),
    });
    expect(cells).toHaveLength(count);
    expect(
      cells.every(([sku, name], i) => sku === texts[i] && name === texts[(i * 7919) % count]),
    ).toBe(true);
  });

  it('XlsxSource removes its temporary files', async () => {
    await read({ sheets });
    expect(await readdir(folder)).toEqual([]);
  });

  describe('A file that cannot be read', () => {
    it.each([
      ['a Word document', { 'word/document.xml': '<a/>' }],
      ['.ods', { mimetype: 'x', 'content.xml': '<a/>' }],
      ['.xlsb', { 'xl/workbook.bin': 'x' }],
      ['a ZIP archive', { 'photos/1.jpg': 'x' }],
    ])('XlsxSource a file that cannot be read is refused as %s', async (name, parts) => {
      const error = await refusalOf(await zipOf(parts));
      expect(error).toMatchObject({ code: 'not_a_product_file', status: 415 });
      expect(error.message).toContain(name);
    });

    it('XlsxSource a file that cannot be read is refused as damaged when its end is missing', async () => {
      const file = await buildWorkbook({ sheets });
      expect(await refusalOf(file.subarray(0, file.length - 60))).toMatchObject({
        code: 'xlsx_damaged',
      });
    });

    it('XlsxSource a file that cannot be read is refused as damaged when its compressed data are broken', async () => {
      const file = await buildWorkbook({ sheets: [sheet(HEADER + textRow(2, ['1', 'x', URL_1]))] });
      const at = file.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length;
      file.fill(0xff, at, at + 20);
      expect(await refusalOf(file)).toMatchObject({ code: 'xlsx_damaged' });
    });

    it('XlsxSource a file that cannot be read is refused as damaged when its XML is broken or defines entities', async () => {
      const broken = await buildWorkbook({ sheets: [sheet('<row><c></row>')] });
      expect(await refusalOf(broken)).toMatchObject({ code: 'xlsx_damaged' });
      const entities = await buildWorkbook({
        sheets: [sheet(HEADER)],
        parts: {
          'xl/sharedStrings.xml': '<!DOCTYPE a [<!ENTITY x "y">]><sst><si><t>&x;</t></si></sst>',
        },
      });
      expect(await refusalOf(entities)).toMatchObject({ code: 'xlsx_damaged' });
    });

    it('XlsxSource a file that cannot be read is refused as damaged when it has no sheet', async () => {
      expect(await refusalOf(await buildWorkbook({ sheets: [] }))).toMatchObject({
        code: 'xlsx_damaged',
      });
    });

    it('XlsxSource a file that cannot be read is refused as too large by its bytes', async () => {
      const file = await buildWorkbook({ sheets });
      const error = await refusalOf(file, {}, { maxXlsxBytes: 1000 });
      expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
    });

    it('XlsxSource a file that cannot be read is refused as too large by what it unpacks to, before it is unpacked', async () => {
      const file = await buildWorkbook({
        sheets: [sheet(HEADER + textRow(2, ['1', 'x', URL_1]))],
        sharedStrings: `<si><t>${' '.repeat(3_000_000)}</t></si>`,
      });
      expect(file.length).toBeLessThan(10_000);
      const error = await refusalOf(file, {}, { maxUnpackedBytes: 1_000_000 });
      expect(error).toMatchObject({ code: 'xlsx_too_large', status: 413 });
    });

    it('XlsxSource a file that cannot be read is refused as too large when a part is a ZIP bomb', async () => {
      const rows = ' '.repeat(80_000_000);
      const file = await buildWorkbook({ sheets: [sheet(HEADER + rows)] });
      expect(file.length).toBeLessThan(100_000);
      expect(await refusalOf(file)).toMatchObject({ code: 'xlsx_too_large', status: 413 });
    });

    it.each([
      ['deeply nested elements', { rows: '<a>'.repeat(300_000) }],
      ['a string of many runs', { shared: `<si>${'<r><t>some text</t></r>'.repeat(40_000)}</si>` }],
      [
        'very long links',
        {
          links: Object.fromEntries(
            Array.from({ length: 40 }, (_, i) => [`r${i}`, `x${i}`.repeat(400_000)]),
          ),
        },
      ],
    ])(
      'XlsxSource a file that cannot be read is refused as too large for %s',
      async (
        _what,
        { rows, shared, links }: { rows?: string; shared?: string; links?: Record<string, string> },
      ) => {
        const content = HEADER + textRow(2, ['1', 'x', URL_1]) + (rows ?? '');
        const file = await buildWorkbook({
          sheets: [{ name: 'Products', rows: content, links }],
          sharedStrings: shared,
        });
        expect(await refusalOf(file)).toMatchObject({ code: 'xlsx_too_large' });
      },
    );

    it('XlsxSource a file that cannot be read is refused when one text has no end', async () => {
      const file = await buildWorkbook({
        sheets: [sheet(`<row><c t="inlineStr"><is><t>${'x'.repeat(9_000_000)}`)],
      });
      expect(await refusalOf(file)).toMatchObject({ code: 'xlsx_too_large' });
    });

    it('XlsxSource a file that cannot be read is refused when a row has too many columns', async () => {
      const file = await buildWorkbook({ sheets: [sheet('<row><c r="XFD1"><v>1</v></c></row>')] });
      expect(await refusalOf(file)).toMatchObject({ code: 'too_many_columns' });
    });
  });

  it('XlsxSource lists all of 1,000 sheets', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      name: `Sheet ${i}`,
      rows: HEADER + textRow(2, [String(i), 'x', i === 60 ? URL_1 : '']),
    }));
    const { description } = await read({ sheets: many });
    expect(description.layout.sheet).toBe('Sheet 60');
    expect(description.layout.sheets).toHaveLength(1000);
  });
});
