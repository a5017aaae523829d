import iconv from 'iconv-lite';

/** A product file as a shop exports it, and what the upload makes of it. */
export interface Situation {
  name: string;
  /** @param at makes a URL of a path on the image server */
  file: (at: (path: string) => string) => Buffer;
  fields?: (at: (path: string) => string) => Record<string, string>;
  platform: string;
  /** Paths that are requested from the origin, by row. */
  paths: string[][];
  /** Images that fail at the upload, by row. Defaults to none. */
  faulty?: Record<number, string>;
  names: string[];
  warnings?: string[];
}

const text = (lines: string[], newline = '\n') => Buffer.from(lines.join(newline) + newline);

export const SITUATIONS: Situation[] = [
  {
    name: 'a Shopify export with variants and empty image cells',
    platform: 'shopify',
    file: (at) =>
      text([
        'Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Price,Image Src,Image Position,Variant Image',
        `tea-pot,Tea pot,"<p>Holds 1 l, ""round""</p>",Acme,TP-1,30,${at('/pot.jpg')},1,${at('/pot.jpg')}`,
        `tea-pot,,,,TP-2,32,${at('/pot-2.jpg')},2,`,
        'tea-pot,,,,TP-3,34,,,',
        `cup,Cup,,Acme,C-1,8,${at('/cup.jpg')},1,${at('/cup-red.jpg')}`,
      ]),
    paths: [['/pot.jpg', '/pot.jpg'], ['/pot-2.jpg'], [], ['/cup.jpg', '/cup-red.jpg']],
    names: ['Tea pot', '', '', 'Cup'],
    warnings: ['rows_without_image'],
  },
  {
    name: 'a WooCommerce export with a list of images and a variation without any',
    platform: 'woocommerce',
    file: (at) =>
      text([
        'ID,Type,SKU,Name,Published,"Regular price",Images,"Download 1 URL"',
        `10,variable,J-1,Jacket,1,90,"${at('/jacket.jpg')}, ${at('/jacket-back.jpg')}",`,
        '11,variation,J-1-S,Jacket - S,1,90,,',
        `12,simple,B-1,Belt,1,15,${at('/belt.jpg')},https://files.example.com/manual.pdf`,
      ]),
    paths: [['/jacket.jpg', '/jacket-back.jpg'], [], ['/belt.jpg']],
    names: ['Jacket', 'Jacket - S', 'Belt'],
    warnings: ['rows_without_image'],
  },
  {
    name: 'a Windows-1251 file with semicolons',
    platform: 'generic',
    file: (at) =>
      iconv.encode(
        `Артикул;Название;Цена;Изображение\r\nА-1;Чайник электрический;900;${at('/kettle.jpg')}\r\nА-2;Чашка фарфоровая;120;${at('/china.jpg')}\r\n`,
        'windows-1251',
      ),
    paths: [['/kettle.jpg'], ['/china.jpg']],
    names: ['Чайник электрический', 'Чашка фарфоровая'],
    warnings: ['encoding_assumed'],
  },
  {
    name: 'relative paths below a base_url, and one that leads nowhere',
    platform: 'magento',
    file: (at) =>
      text([
        'sku,attribute_set_code,product_type,name,base_image,additional_images',
        `M-1,Default,simple,Lamp,/l/a/lamp.jpg,"/l/a/lamp-2.jpg,${at('/lamp-3.jpg')}"`,
        'M-2,Default,simple,Shade,ftp://files.example.com/shade.jpg,',
      ]),
    fields: (at) => ({ base_url: at('/media/') }),
    paths: [['/media/l/a/lamp.jpg', '/media/l/a/lamp-2.jpg', '/lamp-3.jpg'], []],
    faulty: { 2: 'url_scheme' },
    names: ['Lamp', 'Shade'],
  },
  {
    name: 'lines before the header, a JSON list and a placeholder',
    platform: 'generic',
    file: (at) =>
      text([
        'Product list of 2026-05-01',
        '',
        'Item No,Product Name,Photos',
        `1,Chair,"[""${at('/chair.jpg')}"", ""${at('/chair-2.jpg')}""]"`,
        '2,Table,N/A',
      ]),
    paths: [['/chair.jpg', '/chair-2.jpg'], []],
    names: ['Chair', 'Table'],
    warnings: ['placeholders_read_as_empty', 'rows_without_image'],
  },
  {
    name: 'a Google Merchant feed',
    platform: 'google-merchant',
    file: (at) =>
      text([
        '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>',
        '<title>Shop</title>',
        `<item><g:id>G1</g:id><g:price>9 EUR</g:price><g:availability>in_stock</g:availability><link>https://shop.example.com/g1</link><g:title>Clock &amp; stand</g:title><g:image_link>${at('/clock.jpg')}</g:image_link>`,
        `<g:additional_image_link>${at('/clock-2.jpg')}</g:additional_image_link></item>`,
        `<item><g:id>G2</g:id><g:title>Vase</g:title><g:image_link>${at('/vase.jpg')}</g:image_link></item>`,
        '</channel></rss>',
      ]),
    paths: [['/clock.jpg', '/clock-2.jpg'], ['/vase.jpg']],
    names: ['Clock & stand', 'Vase'],
  },
];
