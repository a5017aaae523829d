import {
  CDN,
  testCatalogReader,
  joinLines,
  type ProductFileCase,
} from '../../../test/support/product-file-suite.js';

/** Files as shops export them, with invented data. */
const FILES: readonly ProductFileCase[] = [
  [
    'page links next to images',
    joinLines(
      'ID,Type,SKU,Name,Published,Images,External URL,Download 1 URL',
      `1,simple,A,Jar,1,"${CDN}/a.jpg, ${CDN}/b.jpg",https://shop.example.com/jar,https://shop.example.com/jar.pdf`,
    ),
    { imageCounts: [2], warnings: ['columns_with_urls_not_read'], columns: ['Images'] },
  ],
  [
    'relative references after an absolute URL',
    joinLines(
      'No,Name,Image Urls',
      `1,Jar,"${CDN}/m/a.jpg, /m/b.jpg"`,
      `2,Pen,"${CDN}/p/a.jpg, //cdn.example.com/p/b.jpg"`,
      `3,Bag,${CDN}/b/a.jpg|c.jpg`,
    ),
    { imageCounts: [2, 2, 2] },
  ],
  [
    'one image in several roles',
    joinLines(
      'sku,store_view_code,attribute_set_code,product_type,name,base_image,small_image,additional_images',
      `A,,Default,simple,Jar,${CDN}/a.jpg,${CDN}/a.jpg,"${CDN}/b.jpg,${CDN}/c.jpg"`,
      'A,en,Default,simple,Jar EN,,,',
      `B,,Default,simple,Pen,${CDN}/p.jpg,no_selection,`,
    ),
    { imageCounts: [3, 0, 1], columns: ['base_image', 'small_image', 'additional_images'] },
  ],
  [
    'platform-specific media IDs',
    joinLines(
      'handleId,fieldType,name,productImageUrl',
      `p1,Product,Jar,${CDN}/a.jpg;${CDN}/b.jpg`,
      'p1,Variant,,',
      'p2,Product,Pen,a1b2c3_0123456789abcdef0123456789abcdef~mv2.jpg;a1b2c3_1123456789abcdef0123456789abcdef~mv2.png',
    ),
    { imageCounts: [2, 0, 2] },
  ],
  [
    'placeholders for missing images',
    joinLines('ID,Name,Image URL', `1,Jar,${CDN}/a.jpg`, '2,Pen,N/A', '3,Cup,#N/A', '4,Bag,img'),
    {
      imageCounts: [1, 0, 0, 0],
      problems: ['4: url_invalid'],
      warnings: ['placeholders_read_as_empty', 'rows_without_image'],
    },
  ],
  [
    'signed links that have expired',
    joinLines(
      'ID,Name,Image URL',
      `1,Jar,${CDN}/a.jpg?X-Amz-Date=20250101T000000Z&X-Amz-Expires=900&X-Amz-Signature=a`,
      `2,Pen,${CDN}/b.jpg?Expires=99999999999&Signature=a`,
    ),
    { imageCounts: [1, 1], warnings: ['links_expired'] },
  ],
  [
    'JSON and Python lists',
    joinLines(
      'No,Name,Images',
      `1,Jar,"[""${CDN}/a.jpg"",""${CDN}/b.jpg""]"`,
      `2,Pen,"['${CDN}/c.jpg']"`,
      '3,Card,[]',
    ),
    { imageCounts: [2, 1, 0], warnings: ['placeholders_read_as_empty', 'rows_without_image'] },
  ],
  [
    'attachments with their file names',
    joinLines(
      'ID,Name,Photos',
      `1,Jar,"front view.jpg (${CDN}/x/a.jpg),side (2).jpg (${CDN}/x/b.jpg)"`,
    ),
    { imageCounts: [2] },
  ],
  [
    'invisible characters around URLs',
    joinLines('No,Name,Image Urls', `1,Jar,\u200b${CDN}/a.jpg`, `2,Pen,\u00a0${CDN}/b.jpg\ufeff`),
    { imageCounts: [1, 1] },
  ],
  [
    'commas inside URLs',
    joinLines(
      'ID,Name,Images',
      `1,Street,"${CDN}/High_Street,_London/a.jpg"`,
      `2,Ink,"${CDN}/w_4,h_3/a.jpg, ${CDN}/w_4,h_3;q=5/b.jpg"`,
    ),
    { imageCounts: [1, 2] },
  ],
  [
    'the same image several times',
    joinLines('No,Name,Image Urls', `1,Jar,"${CDN}/a.jpg,${CDN}/a.jpg"`, `1,Jar,${CDN}/a.jpg`),
    { imageCounts: [2, 1] },
  ],
  [
    'URLs that spill over into extra cells',
    joinLines('SKU,Image', `A,${CDN}/a.jpg,${CDN}/b.jpg`),
    { imageCounts: [2] },
  ],
  [
    'file names with a base URL',
    joinLines('SKU,Image', 'A,/m/a.jpg;b.jpg'),
    { imageCounts: [2], options: { baseUrl: CDN } },
  ],
  [
    'entries that cannot be downloaded',
    joinLines(
      'SKU,Image',
      `A,${CDN}/a.jpg`,
      'B,mug.jpg',
      'C,ftp://h.example.com/a.jpg',
      'D,https://u:p@h.example.com/a.jpg',
    ),
    {
      imageCounts: [1, 0, 0, 0],
      problems: ['2: url_relative', '3: url_scheme', '4: url_user_info'],
    },
  ],
];

testCatalogReader('image cells', FILES);
