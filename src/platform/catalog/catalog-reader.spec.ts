import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { readCatalog, writeCatalog } from '../../../test/support/catalog.js';
import type { CatalogOptions } from './catalog-options.js';
import { CatalogRefusedError } from './problems.js';

const C = 'https://cdn.example.com';

interface Expected {
  images: number[];
  warnings?: string[];
  problems?: string[];
  names?: string[];
  columns?: string[];
  headerRow?: number | null;
  options?: CatalogOptions;
}

const lines = (...records: string[]): string => records.map((record) => `${record}\r\n`).join('');

/** Files as shops have them; the data are invented. */
const FILES: readonly (readonly [what: string, file: string | Buffer, expected: Expected])[] = [
  [
    'variants on rows of their own, some without an image',
    lines(
      'Handle,Title,Variant SKU,Image Src,Variant Image',
      `jar,Glass jar,J1,${C}/j1.jpg,${C}/j2.jpg`,
      `jar,,J2,${C}/j3.jpg,`,
      'jar,,J3,,',
      `pen,Pen,P1,,${C}/p.jpg`,
    ),
    {
      images: [2, 1, 0, 1],
      warnings: ['rows_without_image'],
      columns: ['Image Src', 'Variant Image'],
    },
  ],
  [
    'page links beside images',
    lines(
      'ID,Type,SKU,Name,Published,Images,External URL,Download 1 URL',
      `1,simple,A,Jar,1,"${C}/a.jpg, ${C}/b.jpg",https://shop.example.com/jar,https://shop.example.com/jar.pdf`,
    ),
    { images: [2], warnings: ['columns_with_urls_not_read'], columns: ['Images'] },
  ],
  [
    'quotes escaped by a backslash',
    lines(
      'ID,Name,Description,Images',
      String.raw`1,Jar,"[box css=\".c{a: b, c}\"]Big, round[/box]",` + `"${C}/a.jpg, ${C}/b.jpg"`,
      `2,Pen,x,${C}/c.jpg`,
    ),
    { images: [2, 1], warnings: ['quotes_escaped_by_backslash'] },
  ],
  [
    'relative references behind a whole URL',
    lines(
      'No,Name,Image Urls',
      `1,Jar,"${C}/m/a.jpg, /m/b.jpg"`,
      `2,Pen,"${C}/p/a.jpg, //cdn.example.com/p/b.jpg"`,
      `3,Bag,${C}/b/a.jpg|c.jpg`,
    ),
    { images: [2, 2, 2] },
  ],
  [
    'one image in several roles',
    lines(
      'sku,store_view_code,attribute_set_code,product_type,name,base_image,small_image,additional_images',
      `A,,Default,simple,Jar,${C}/a.jpg,${C}/a.jpg,"${C}/b.jpg,${C}/c.jpg"`,
      'A,en,Default,simple,Jar EN,,,',
      `B,,Default,simple,Pen,${C}/p.jpg,no_selection,`,
    ),
    { images: [3, 0, 1], columns: ['base_image', 'small_image', 'additional_images'] },
  ],
  [
    'media ids of a platform',
    lines(
      'handleId,fieldType,name,productImageUrl',
      `p1,Product,Jar,${C}/a.jpg;${C}/b.jpg`,
      'p1,Variant,,',
      'p2,Product,Pen,a1b2c3_0123456789abcdef0123456789abcdef~mv2.jpg;a1b2c3_1123456789abcdef0123456789abcdef~mv2.png',
    ),
    { images: [2, 0, 2] },
  ],
  [
    'a line of explanations before the header',
    lines(
      '# Required | A unique ID. | Limit: 100,# Required | A title.,# Required | The URL of the image.',
      'id,title,image_link',
      `A,Jar,${C}/a.jpg`,
    ),
    { images: [1], headerRow: 2 },
  ],
  [
    'template lines before the header',
    lines(
      '#INFO,Version=0.0.2,,',
      '#INFO Fill in the fields. See https://pages.example.com/help,,,',
      'Action(SiteID=DE|Version=1),Custom label (SKU),Title,Item photo URL',
      `Draft,A,Jar,${C}/a.jpg|${C}/b.jpg`,
    ),
    { images: [2], headerRow: 3 },
  ],
  [
    'a product whose further images stand on rows below',
    lines(
      'id,name,image_1920,product_template_image_ids/image_1920',
      `a,Jar,${C}/a.jpg,${C}/b.jpg`,
      `,,,${C}/c.jpg`,
    ),
    { images: [2, 1] },
  ],
  [
    'two columns and no name',
    lines('id_product;image', `7;"${C}/a.jpg;${C}/b.jpg"`),
    { images: [2], names: ['7'] },
  ],
  [
    'a list of links',
    lines('Image URL', `${C}/a.jpg`, `${C}/b.jpg`),
    { images: [1, 1], names: ['1', '2'] },
  ],
  [
    'a list of links without a header',
    lines(`${C}/a.jpg`, `${C}/b.jpg`),
    { images: [1, 1], headerRow: null, warnings: ['header_missing', 'columns_by_content'] },
  ],
  [
    'placeholders for no image',
    lines('ID,Name,Image URL', `1,Jar,${C}/a.jpg`, '2,Pen,N/A', '3,Cup,#N/A', '4,Bag,img'),
    {
      images: [1, 0, 0, 0],
      problems: ['4: url_invalid'],
      warnings: ['placeholders_read_as_empty', 'rows_without_image'],
    },
  ],
  [
    'lists in JSON and Python',
    lines(
      'No,Name,Images',
      `1,Jar,"[""${C}/a.jpg"",""${C}/b.jpg""]"`,
      `2,Pen,"['${C}/c.jpg']"`,
      '3,Card,[]',
    ),
    { images: [2, 1, 0], warnings: ['placeholders_read_as_empty', 'rows_without_image'] },
  ],
  [
    'attachments with their file names',
    lines('ID,Name,Photos', `1,Jar,"front view.jpg (${C}/x/a.jpg),side (2).jpg (${C}/x/b.jpg)"`),
    { images: [2] },
  ],
  [
    'invisible characters around URLs',
    lines('No,Name,Image Urls', `1,Jar,\u200b${C}/a.jpg`, `2,Pen,\u00a0${C}/b.jpg\ufeff`),
    { images: [1, 1] },
  ],
  [
    'commas inside URLs',
    lines(
      'ID,Name,Images',
      `1,Street,"${C}/High_Street,_London/a.jpg"`,
      `2,Ink,"${C}/w_4,h_3/a.jpg, ${C}/w_4,h_3;q=5/b.jpg"`,
    ),
    { images: [1, 2] },
  ],
  [
    'lines that are one quoted cell each',
    lines(
      '"No,Name,Image Urls"',
      `"1,Jar,${C}/a.jpg"`,
      `"2,""Pen, blue"",""${C}/b.jpg,${C}/c.jpg"""`,
    ),
    { images: [1, 2], names: ['Jar', 'Pen, blue'], warnings: ['lines_quoted'] },
  ],
  [
    'a quoted separator line',
    lines('"sep=;"', 'No;Name;Image URL', `1;Jar, round;${C}/a.jpg`),
    { images: [1], names: ['Jar, round'], headerRow: 2 },
  ],
  [
    'a separator line with blanks',
    lines('SEP = |', 'No|Name|Image URL', `1|Jar|${C}/a.jpg`),
    { images: [1], headerRow: 2 },
  ],
  [
    'Unicode text of a spreadsheet',
    iconv.encode(
      lines('No\tName\tImage Urls', `1\t"Gr\u00f6\u00dfe ""M"""\t${C}/a.jpg`),
      'utf-16le',
      { addBOM: true },
    ),
    { images: [1], names: ['Gr\u00f6\u00dfe "M"'] },
  ],
  [
    'Windows-1251',
    iconv.encode(
      lines(
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
    'empty columns and rows at the end',
    lines('No,Name,Image Urls,,', `1,Jar,"${C}/a.jpg\n${C}/b.jpg",,`, ',,,,', ',,,,'),
    { images: [2], warnings: ['rows_empty'] },
  ],
  [
    'an empty image column beside one with links',
    lines('SKU,Name,Image,Image link', `A,Jar,,${C}/a.jpg`),
    { images: [1], columns: ['Image link'] },
  ],
  [
    'the same image several times',
    lines('No,Name,Image Urls', `1,Jar,"${C}/a.jpg,${C}/a.jpg"`, `1,Jar,${C}/a.jpg`),
    { images: [2, 1] },
  ],
  [
    'URLs that spilled into further cells',
    lines('SKU,Image', `A,${C}/a.jpg,${C}/b.jpg`),
    { images: [2] },
  ],
  [
    'names known by content alone',
    lines('Artikel,Ansicht', `Dose,${C}/a.jpg`),
    { images: [1], warnings: ['columns_by_content'], columns: ['Ansicht'] },
  ],
  [
    'file names with a base URL',
    lines('SKU,Image', 'A,/m/a.jpg;b.jpg'),
    { images: [2], options: { baseUrl: C } },
  ],
  [
    'a header that the user names by its row',
    lines('a,b', `x,${C}/x.jpg`, 'Code,Ansicht', `A,${C}/a.jpg`),
    { images: [1], headerRow: 3, options: { headerRow: 3 }, warnings: ['columns_by_content'] },
  ],
  [
    'columns that the user names',
    lines('Code,Bezeichnung,Link', `A,Dose,${C}/view?id=1`),
    {
      images: [1],
      names: ['Dose'],
      options: { imageColumns: ['link'], nameColumn: 'Bezeichnung', serialColumn: 'Code' },
    },
  ],
  [
    'mixed line ends',
    `SKU,Image\r\nA,${C}/a.jpg\nB,${C}/b.jpg\rC,${C}/c.jpg`,
    { images: [1, 1, 1] },
  ],
  [
    'duplicate and empty header names',
    lines('SKU,Image,Image,,SKU', `A,${C}/a.jpg,${C}/b.jpg,x,B`),
    { images: [2], warnings: ['column_ambiguous', 'column_ambiguous'] },
  ],
  [
    'blanks and a BOM in header names',
    lines(' SKU ,\ufeffImage\u00a0URL  ', `A,${C}/a.jpg`),
    { images: [1] },
  ],
  [
    'rows of different widths',
    lines('SKU,Image,Note', `A,${C}/a.jpg`, `B,${C}/b.jpg,n,extra`, 'C'),
    { images: [1, 1, 0], problems: ['2: row_has_extra_cells'], warnings: ['rows_without_image'] },
  ],
  [
    'entries that cannot be downloaded',
    lines(
      'SKU,Image',
      `A,${C}/a.jpg`,
      'B,mug.jpg',
      'C,ftp://h.example.com/a.jpg',
      'D,https://u:p@h.example.com/a.jpg',
    ),
    { images: [1, 0, 0, 0], problems: ['2: url_relative', '3: url_scheme', '4: url_user_info'] },
  ],
  [
    'names of object members as headers',
    lines('__proto__,constructor,Image', `1,2,${C}/a.jpg`),
    { images: [1] },
  ],
];

async function refusalOf(file: string | Buffer, options: CatalogOptions = {}) {
  const error: unknown = await readCatalog(file, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CatalogRefusedError);
  return error as CatalogRefusedError;
}

describe('CatalogReader', () => {
  it.each(FILES)('CatalogReader accepts %s', async (_what, file, expected) => {
    const catalog = await readCatalog(file, expected.options);
    expect(catalog.urls.map((urls) => urls.length)).toEqual(expected.images);
    expect(catalog.warnings).toEqual(
      expected.warnings ?? catalog.warnings.filter((code) => code === 'rows_without_image'),
    );
    expect(catalog.problems).toEqual(expected.problems ?? []);
    const { header, imageColumns, headerRow } = catalog.description;
    const names = catalog.rows.map(({ productName }) => productName);
    expect(names).toEqual(expected.names ?? names);
    const columns = imageColumns.map((column) => header[column]);
    expect(columns).toEqual(expected.columns ?? columns);
    expect(headerRow).toBe(expected.headerRow === undefined ? headerRow : expected.headerRow);
  });

  // Of a file without a header, the output column cannot be told from the others.
  const withHeader = FILES.filter(([, , { headerRow }]) => headerRow !== null);
  it.each(withHeader)(
    'CatalogReader rewrites %s with all other cells unchanged',
    async (_what, file, { options }) => {
      const catalog = await readCatalog(file, options);
      const csv = await writeCatalog(
        catalog,
        { format: 'csv', mode: 'append', raw: true },
        (url) => `${url}#out`,
      );
      const again = await readCatalog(csv, options);
      expect(again.urls).toEqual(catalog.urls);
      const width = catalog.description.header.length;
      expect(
        again.rows.map(({ cells }) => cells.slice(0, width).map((cell) => cell.trim())),
      ).toEqual(
        catalog.rows.map(({ cells }) =>
          Array.from({ length: width }, (_, i) => (cells[i] ?? '').trim()),
        ),
      );
    },
  );

  it.each<[code: string, file: string | Buffer, options?: CatalogOptions]>([
    ['csv_empty', ''],
    ['csv_empty', '\n \n\t\n'],
    ['csv_without_rows', 'SKU,Image\n'],
    ['column_missing', 'Our products\n\n'],
    ['column_missing', 'SKU,Name\n1,Jar\n'],
    ['column_missing', `SKU,Image\n1,${C}/a.jpg\n`, { delimiter: ';' }],
    ['no_usable_image', 'SKU,Image\n1,\n2,N/A\n'],
    ['no_usable_image', 'SKU,Image\n1,mug.jpg\n'],
    ['column_unknown', `SKU,Image\n1,${C}/a.jpg\n`, { imageColumns: ['Foto'] }],
    ['header_row_not_found', `SKU,Image\n1,${C}/a.jpg\n`, { headerRow: 30 }],
    ['quote_unclosed', `SKU,Image,Text\n1,${C}/a.jpg,"never\n2,${C}/b.jpg,x\n`],
    ['nul_byte', `SKU,Image\n1,${C}/a.jpg\n2,\0`],
    ['too_many_columns', `${'a,'.repeat(5000)}Image\n`],
    ['record_too_long', `SKU,Image,Text\n1,${C}/a.jpg,"${'x'.repeat(3_000_000)}"\n`],
    ['csv_rows_invalid', `SKU,Image\n1,${C}/a.jpg\n2,mug\n`, { strict: true }],
  ])(
    'CatalogReader rejects a file with %s and states that nothing was stored',
    async (code, file, options) => {
      const error = await refusalOf(file, options);
      expect(error).toMatchObject({ code, status: 400 });
      expect(error.message).toMatch(/^Nothing was stored\. /);
    },
  );

  it('CatalogReader names the line of the byte, quote or record that is wrong', async () => {
    expect((await refusalOf(`SKU,Image\n1,${C}/a.jpg\n2,\0`)).problems.reported[0].line).toBe(3);
    const unclosed = await refusalOf(`SKU,Image,Text\n1,${C}/a.jpg,"never\n2,${C}/b.jpg,x\n`);
    expect(unclosed.message).toContain('(Line 2.)');
  });

  it('CatalogReader counts all problems and lists the first 100', async () => {
    const rows = Array.from({ length: 4999 }, (_, i) => `${i},mug-${i}`);
    const { reader } = await readCatalog(lines('SKU,Image', ...rows, `x,${C}/a.jpg`));
    expect(reader.problems.count).toBe(4999);
    expect(reader.problems.reported).toHaveLength(100);
    expect(reader.faultyImages).toBe(4999);
  });

  it('CatalogReader accepts 1,000 images per row and reports the others as a problem', async () => {
    const urls = Array.from({ length: 20_000 }, (_, i) => `${C}/${i}.jpg`).join(' ');
    const catalog = await readCatalog(`SKU,Image\nA,"${urls}"\n`);
    expect(catalog.urls[0]).toHaveLength(1000);
    expect(catalog.problems).toEqual(['1: row_has_too_many_images']);
  });

  it('CatalogReader reads 4,096 columns', async () => {
    const header = Array.from({ length: 4096 }, (_, i) => (i === 7 ? 'Image' : `c${i}`)).join(',');
    const row = Array.from({ length: 4096 }, (_, i) => (i === 7 ? `${C}/a.jpg` : 'x')).join(',');
    expect((await readCatalog(`${header}\n${row}\n`)).urls).toEqual([[`${C}/a.jpg`]]);
  });

  it('CatalogReader reads an errors file of an earlier request and ignores its error columns', async () => {
    const file = lines(
      'SKU,Image Src,Error Row,Error Column,Error Code,Error Message',
      `A,${C}/fixed.jpg,3,http_404,"Not found at ${C}/a.jpg."`,
    );
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([1]);
    expect(urls).toEqual([[`${C}/fixed.jpg`]]);
  });

  it('CatalogReader reads the input column of its own output, not the output column', async () => {
    const file = lines(
      'SKU,Image,Output Image Urls',
      `A,${C}/a.jpg,https://out.example.com/a.webp`,
    );
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([1]);
    expect(urls).toEqual([[`${C}/a.jpg`]]);
  });

  it('CatalogReader returns the same rows for single bytes and for the whole file', async () => {
    const file = Buffer.from(
      lines('SKU,Name,Image', `A,"\u6642\u8a08 ""x""\r\ny",${C}/a.jpg`, `B,\u{1f600},${C}/b.jpg`),
    );
    const whole = await readCatalog(file);
    const { CatalogReader } = await import('./catalog-reader.js');
    const { openProductFile } = await import('./product-file.js');
    async function* drip() {
      for (const byte of file) yield Buffer.from([byte]);
    }
    const rows = [];
    for await (const batch of new CatalogReader(openProductFile(drip())).read())
      rows.push(...batch);
    expect(rows).toEqual(whole.rows);
  });
});
