import {
  CDN as C,
  testCatalogReader,
  joinLines,
  type ProductFileCase,
} from '../../../test/support/product-file-suite.js';

/** Files as shops export them, with invented data. */
const FILES: readonly ProductFileCase[] = [
  [
    'page links beside images',
    joinLines(
      'ID,Type,SKU,Name,Published,Images,External URL,Download 1 URL',
      `1,simple,A,Jar,1,"${C}/a.jpg, ${C}/b.jpg",https://shop.example.com/jar,https://shop.example.com/jar.pdf`,
    ),
    { images: [2], warnings: ['columns_with_urls_not_read'], columns: ['Images'] },
  ],
  [
    'relative references behind a whole URL',
    joinLines(
      'No,Name,Image Urls',
      `1,Jar,"${C}/m/a.jpg, /m/b.jpg"`,
      `2,Pen,"${C}/p/a.jpg, //cdn.example.com/p/b.jpg"`,
      `3,Bag,${C}/b/a.jpg|c.jpg`,
    ),
    { images: [2, 2, 2] },
  ],
  [
    'one image in several roles',
    joinLines(
      'sku,store_view_code,attribute_set_code,product_type,name,base_image,small_image,additional_images',
      `A,,Default,simple,Jar,${C}/a.jpg,${C}/a.jpg,"${C}/b.jpg,${C}/c.jpg"`,
      'A,en,Default,simple,Jar EN,,,',
      `B,,Default,simple,Pen,${C}/p.jpg,no_selection,`,
    ),
    { images: [3, 0, 1], columns: ['base_image', 'small_image', 'additional_images'] },
  ],
  [
    'media ids of a platform',
    joinLines(
      'handleId,fieldType,name,productImageUrl',
      `p1,Product,Jar,${C}/a.jpg;${C}/b.jpg`,
      'p1,Variant,,',
      'p2,Product,Pen,a1b2c3_0123456789abcdef0123456789abcdef~mv2.jpg;a1b2c3_1123456789abcdef0123456789abcdef~mv2.png',
    ),
    { images: [2, 0, 2] },
  ],
  [
    'placeholders for no image',
    joinLines('ID,Name,Image URL', `1,Jar,${C}/a.jpg`, '2,Pen,N/A', '3,Cup,#N/A', '4,Bag,img'),
    {
      images: [1, 0, 0, 0],
      problems: ['4: url_invalid'],
      warnings: ['placeholders_read_as_empty', 'rows_without_image'],
    },
  ],
  [
    'signed links that have expired',
    joinLines(
      'ID,Name,Image URL',
      `1,Jar,${C}/a.jpg?X-Amz-Date=20250101T000000Z&X-Amz-Expires=900&X-Amz-Signature=a`,
      `2,Pen,${C}/b.jpg?Expires=99999999999&Signature=a`,
    ),
    { images: [1, 1], warnings: ['links_expired'] },
  ],
  [
    'lists in JSON and Python',
    joinLines(
      'No,Name,Images',
      `1,Jar,"[""${C}/a.jpg"",""${C}/b.jpg""]"`,
      `2,Pen,"['${C}/c.jpg']"`,
      '3,Card,[]',
    ),
    { images: [2, 1, 0], warnings: ['placeholders_read_as_empty', 'rows_without_image'] },
  ],
  [
    'attachments with their file names',
    joinLines(
      'ID,Name,Photos',
      `1,Jar,"front view.jpg (${C}/x/a.jpg),side (2).jpg (${C}/x/b.jpg)"`,
    ),
    { images: [2] },
  ],
  [
    'invisible characters around URLs',
    joinLines('No,Name,Image Urls', `1,Jar,\u200b${C}/a.jpg`, `2,Pen,\u00a0${C}/b.jpg\ufeff`),
    { images: [1, 1] },
  ],
  [
    'commas inside URLs',
    joinLines(
      'ID,Name,Images',
      `1,Street,"${C}/High_Street,_London/a.jpg"`,
      `2,Ink,"${C}/w_4,h_3/a.jpg, ${C}/w_4,h_3;q=5/b.jpg"`,
    ),
    { images: [1, 2] },
  ],
  [
    'the same image several times',
    joinLines('No,Name,Image Urls', `1,Jar,"${C}/a.jpg,${C}/a.jpg"`, `1,Jar,${C}/a.jpg`),
    { images: [2, 1] },
  ],
  [
    'URLs that spilled into further cells',
    joinLines('SKU,Image', `A,${C}/a.jpg,${C}/b.jpg`),
    { images: [2] },
  ],
  [
    'file names with a base URL',
    joinLines('SKU,Image', 'A,/m/a.jpg;b.jpg'),
    { images: [2], options: { baseUrl: C } },
  ],
  [
    'entries that cannot be downloaded',
    joinLines(
      'SKU,Image',
      `A,${C}/a.jpg`,
      'B,mug.jpg',
      'C,ftp://h.example.com/a.jpg',
      'D,https://u:p@h.example.com/a.jpg',
    ),
    { images: [1, 0, 0, 0], problems: ['2: url_relative', '3: url_scheme', '4: url_user_info'] },
  ],
];

testCatalogReader('image cells', FILES);
