import {
  CDN as C,
  testCatalogReader,
  joinLines,
  type ProductFileCase,
} from '../../../test/support/product-file-suite.js';

/** Files as shops export them, with invented data. */
const FILES: readonly ProductFileCase[] = [
  [
    'variants on separate rows, some without an image',
    joinLines(
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
    'a line of explanations before the header',
    joinLines(
      '# Required | A unique ID. | Limit: 100,# Required | A title.,# Required | The URL of the image.',
      'id,title,image_link',
      `A,Jar,${C}/a.jpg`,
    ),
    { images: [1], headerRow: 2 },
  ],
  [
    'template lines before the header',
    joinLines(
      '#INFO,Version=0.0.2,,',
      '#INFO Fill in the fields. See https://pages.example.com/help,,,',
      'Action(SiteID=DE|Version=1),Custom label (SKU),Title,Item photo URL',
      `Draft,A,Jar,${C}/a.jpg|${C}/b.jpg`,
    ),
    { images: [2], headerRow: 3 },
  ],
  [
    'a product whose further images stand on rows below',
    joinLines(
      'id,name,image_1920,product_template_image_ids/image_1920',
      `a,Jar,${C}/a.jpg,${C}/b.jpg`,
      `,,,${C}/c.jpg`,
    ),
    { images: [2, 1] },
  ],
  [
    'two columns and no name',
    joinLines('id_product;image', `7;"${C}/a.jpg;${C}/b.jpg"`),
    { images: [2], names: ['7'] },
  ],
  [
    'a list of links',
    joinLines('Image URL', `${C}/a.jpg`, `${C}/b.jpg`),
    { images: [1, 1], names: ['1', '2'] },
  ],
  [
    'a list of links without a header',
    joinLines(`${C}/a.jpg`, `${C}/b.jpg`),
    { images: [1, 1], headerRow: null, warnings: ['header_missing', 'columns_by_content'] },
  ],
  [
    'empty columns and rows at the end',
    joinLines('No,Name,Image Urls,,', `1,Jar,"${C}/a.jpg\n${C}/b.jpg",,`, ',,,,', ',,,,'),
    { images: [2], warnings: ['rows_empty'] },
  ],
  [
    'an empty image column beside one with links',
    joinLines('SKU,Name,Image,Image link', `A,Jar,,${C}/a.jpg`),
    { images: [1], columns: ['Image link'] },
  ],
  [
    'names known by content alone',
    joinLines('Artikel,Ansicht', `Dose,${C}/a.jpg`),
    { images: [1], warnings: ['columns_by_content'], columns: ['Ansicht'] },
  ],
  [
    'a header that the user names by its row',
    joinLines('a,b', `x,${C}/x.jpg`, 'Code,Ansicht', `A,${C}/a.jpg`),
    { images: [1], headerRow: 3, options: { headerRow: 3 }, warnings: ['columns_by_content'] },
  ],
  [
    'columns that the user names',
    joinLines('Code,Bezeichnung,Link', `A,Dose,${C}/view?id=1`),
    {
      images: [1],
      names: ['Dose'],
      options: { imageColumns: ['link'], nameColumn: 'Bezeichnung', serialColumn: 'Code' },
    },
  ],
  [
    'duplicate and empty header names',
    joinLines('SKU,Image,Image,,SKU', `A,${C}/a.jpg,${C}/b.jpg,x,B`),
    { images: [2], warnings: ['column_ambiguous', 'column_ambiguous'] },
  ],
  [
    'blanks and a BOM in header names',
    joinLines(' SKU ,\ufeffImage\u00a0URL  ', `A,${C}/a.jpg`),
    { images: [1] },
  ],
  [
    'rows of different widths',
    joinLines('SKU,Image,Note', `A,${C}/a.jpg`, `B,${C}/b.jpg,n,extra`, 'C'),
    { images: [1, 1, 0], problems: ['2: row_has_extra_cells'], warnings: ['rows_without_image'] },
  ],
  [
    'names of object members as headers',
    joinLines('__proto__,constructor,Image', `1,2,${C}/a.jpg`),
    { images: [1] },
  ],
];

testCatalogReader('headers, columns and rows', FILES);
