import {
  CDN,
  testCatalogReader,
  joinLines,
  type ProductFileCase,
} from '../../../test/support/product-file-suite.js';

/** Files as shops export them, with invented data. */
const FILES: readonly ProductFileCase[] = [
  [
    'product variants with and without images',
    joinLines(
      'Handle,Title,Variant SKU,Image Src,Variant Image',
      `jar,Glass jar,J1,${CDN}/j1.jpg,${CDN}/j2.jpg`,
      `jar,,J2,${CDN}/j3.jpg,`,
      'jar,,J3,,',
      `pen,Pen,P1,,${CDN}/p.jpg`,
    ),
    {
      imageCounts: [2, 1, 0, 1],
      warnings: ['rows_without_image'],
      columns: ['Image Src', 'Variant Image'],
    },
  ],
  [
    'a line of explanatory text before the header',
    joinLines(
      '# Required | A unique ID. | Limit: 100,# Required | A title.,# Required | The URL of the image.',
      'id,title,image_link',
      `A,Jar,${CDN}/a.jpg`,
    ),
    { imageCounts: [1], headerRow: 2 },
  ],
  [
    'template lines before the header',
    joinLines(
      '#INFO,Version=0.0.2,,',
      '#INFO Fill in the fields. See https://pages.example.com/help,,,',
      'Action(SiteID=DE|Version=1),Custom label (SKU),Title,Item photo URL',
      `Draft,A,Jar,${CDN}/a.jpg|${CDN}/b.jpg`,
    ),
    { imageCounts: [2], headerRow: 3 },
  ],
  [
    'a product with additional images in the rows below',
    joinLines(
      'id,name,image_1920,product_template_image_ids/image_1920',
      `a,Jar,${CDN}/a.jpg,${CDN}/b.jpg`,
      `,,,${CDN}/c.jpg`,
    ),
    { imageCounts: [2, 1] },
  ],
  [
    'two columns and no product name',
    joinLines('id_product;image', `7;"${CDN}/a.jpg;${CDN}/b.jpg"`),
    { imageCounts: [2], names: ['7'] },
  ],
  [
    'a list of links',
    joinLines('Image URL', `${CDN}/a.jpg`, `${CDN}/b.jpg`),
    { imageCounts: [1, 1], names: ['1', '2'] },
  ],
  [
    'a list of links without a header',
    joinLines(`${CDN}/a.jpg`, `${CDN}/b.jpg`),
    { imageCounts: [1, 1], headerRow: null, warnings: ['header_missing', 'columns_by_content'] },
  ],
  [
    'trailing empty columns and rows',
    joinLines('No,Name,Image Urls,,', `1,Jar,"${CDN}/a.jpg\n${CDN}/b.jpg",,`, ',,,,', ',,,,'),
    { imageCounts: [2], warnings: ['rows_empty'] },
  ],
  [
    'an empty image column next to a column with links',
    joinLines('SKU,Name,Image,Image link', `A,Jar,,${CDN}/a.jpg`),
    { imageCounts: [1], columns: ['Image link'] },
  ],
  [
    'an image column recognized only by its content',
    joinLines('Artikel,Ansicht', `Dose,${CDN}/a.jpg`),
    { imageCounts: [1], warnings: ['columns_by_content'], columns: ['Ansicht'] },
  ],
  [
    'a header row that the user specifies',
    joinLines('a,b', `x,${CDN}/x.jpg`, 'Code,Ansicht', `A,${CDN}/a.jpg`),
    { imageCounts: [1], headerRow: 3, options: { headerRow: 3 }, warnings: ['columns_by_content'] },
  ],
  [
    'columns that the user specifies',
    joinLines('Code,Bezeichnung,Link', `A,Dose,${CDN}/view?id=1`),
    {
      imageCounts: [1],
      names: ['Dose'],
      options: { imageColumns: ['link'], nameColumn: 'Bezeichnung', serialColumn: 'Code' },
    },
  ],
  [
    'duplicate and empty header names',
    joinLines('SKU,Image,Image,,SKU', `A,${CDN}/a.jpg,${CDN}/b.jpg,x,B`),
    { imageCounts: [2], warnings: ['column_ambiguous', 'column_ambiguous'] },
  ],
  [
    'spaces and a BOM in header names',
    joinLines(' SKU ,\ufeffImage\u00a0URL  ', `A,${CDN}/a.jpg`),
    { imageCounts: [1] },
  ],
  [
    'rows of different widths',
    joinLines('SKU,Image,Note', `A,${CDN}/a.jpg`, `B,${CDN}/b.jpg,n,extra`, 'C'),
    {
      imageCounts: [1, 1, 0],
      problems: ['2: row_has_extra_cells'],
      warnings: ['rows_without_image'],
    },
  ],
  [
    'header names that are members of Object.prototype',
    joinLines('__proto__,constructor,Image', `1,2,${CDN}/a.jpg`),
    { imageCounts: [1] },
  ],
];

testCatalogReader('headers, columns and rows', FILES);
