import iconv from 'iconv-lite';

/** A product file as a shop exports it, and the expected result of its upload. */
export interface ProductFileUpload {
  name: string;
  /** @param toUrl returns the URL of a path on the origin */
  file: (toUrl: (path: string) => string) => Buffer;
  fields?: (toUrl: (path: string) => string) => Record<string, string>;
  platform: string;
  /** Paths that the app requests from the origin, by row. */
  paths: string[][];
  /** Error codes of images that fail during the upload, by row. */
  imageErrors?: Record<number, string>;
  productNames: string[];
  warnings?: string[];
}

const buildFile = (lines: string[], newline = '\n') => Buffer.from(lines.join(newline) + newline);

export const PRODUCT_FILE_UPLOADS: ProductFileUpload[] = [
  {
    name: 'a Shopify export with variants and empty image cells',
    platform: 'shopify',
    file: (toUrl) =>
      buildFile([
        'Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Price,Image Src,Image Position,Variant Image',
        `tea-pot,Tea pot,"<p>Holds 1 l, ""round""</p>",Acme,TP-1,30,${toUrl('/pot.jpg')},1,${toUrl('/pot.jpg')}`,
        `tea-pot,,,,TP-2,32,${toUrl('/pot-2.jpg')},2,`,
        'tea-pot,,,,TP-3,34,,,',
        `cup,Cup,,Acme,C-1,8,${toUrl('/cup.jpg')},1,${toUrl('/cup-red.jpg')}`,
      ]),
    paths: [['/pot.jpg', '/pot.jpg'], ['/pot-2.jpg'], [], ['/cup.jpg', '/cup-red.jpg']],
    productNames: ['Tea pot', '', '', 'Cup'],
    warnings: ['rows_without_image'],
  },
  {
    name: 'a WooCommerce export with a list of images and a variation without images',
    platform: 'woocommerce',
    file: (toUrl) =>
      buildFile([
        'ID,Type,SKU,Name,Published,"Regular price",Images,"Download 1 URL"',
        `10,variable,J-1,Jacket,1,90,"${toUrl('/jacket.jpg')}, ${toUrl('/jacket-back.jpg')}",`,
        '11,variation,J-1-S,Jacket - S,1,90,,',
        `12,simple,B-1,Belt,1,15,${toUrl('/belt.jpg')},https://files.example.com/manual.pdf`,
      ]),
    paths: [['/jacket.jpg', '/jacket-back.jpg'], [], ['/belt.jpg']],
    productNames: ['Jacket', 'Jacket - S', 'Belt'],
    warnings: ['rows_without_image'],
  },
  {
    name: 'a Windows-1251 file with semicolons',
    platform: 'generic',
    file: (toUrl) =>
      iconv.encode(
        `Артикул;Название;Цена;Изображение\r\nА-1;Чайник электрический;900;${toUrl('/kettle.jpg')}\r\nА-2;Чашка фарфоровая;120;${toUrl('/china.jpg')}\r\n`,
        'windows-1251',
      ),
    paths: [['/kettle.jpg'], ['/china.jpg']],
    productNames: ['Чайник электрический', 'Чашка фарфоровая'],
    warnings: ['encoding_assumed'],
  },
  {
    name: 'relative paths under a base_url, and a URL with an unsupported scheme',
    platform: 'magento',
    file: (toUrl) =>
      buildFile([
        'sku,attribute_set_code,product_type,name,base_image,additional_images',
        `M-1,Default,simple,Lamp,/l/a/lamp.jpg,"/l/a/lamp-2.jpg,${toUrl('/lamp-3.jpg')}"`,
        'M-2,Default,simple,Shade,ftp://files.example.com/shade.jpg,',
      ]),
    fields: (toUrl) => ({ base_url: toUrl('/media/') }),
    paths: [['/media/l/a/lamp.jpg', '/media/l/a/lamp-2.jpg', '/lamp-3.jpg'], []],
    imageErrors: { 2: 'url_scheme' },
    productNames: ['Lamp', 'Shade'],
  },
  {
    name: 'lines before the header, a JSON list and a placeholder',
    platform: 'generic',
    file: (toUrl) =>
      buildFile([
        'Product list of 2026-05-01',
        '',
        'Item No,Product Name,Photos',
        `1,Chair,"[""${toUrl('/chair.jpg')}"", ""${toUrl('/chair-2.jpg')}""]"`,
        '2,Table,N/A',
      ]),
    paths: [['/chair.jpg', '/chair-2.jpg'], []],
    productNames: ['Chair', 'Table'],
    warnings: ['placeholders_read_as_empty', 'rows_without_image'],
  },
  {
    name: 'a Google Merchant feed',
    platform: 'google-merchant',
    file: (toUrl) =>
      buildFile([
        '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>',
        '<title>Shop</title>',
        `<item><g:id>G1</g:id><g:price>9 EUR</g:price><g:availability>in_stock</g:availability><link>https://shop.example.com/g1</link><g:title>Clock &amp; stand</g:title><g:image_link>${toUrl('/clock.jpg')}</g:image_link>`,
        `<g:additional_image_link>${toUrl('/clock-2.jpg')}</g:additional_image_link></item>`,
        `<item><g:id>G2</g:id><g:title>Vase</g:title><g:image_link>${toUrl('/vase.jpg')}</g:image_link></item>`,
        '</channel></rss>',
      ]),
    paths: [['/clock.jpg', '/clock-2.jpg'], ['/vase.jpg']],
    productNames: ['Clock & stand', 'Vase'],
  },
];
