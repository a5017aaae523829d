import Papa from 'papaparse';
import { serveFile, sendStatus } from '../../support/origin-behaviors.js';
import { photograph } from '../../support/sample-images.js';
import type { Shop } from './shop.js';

const COLUMNS =
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Variant Image,Status'.split(
    ',',
  );

type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/**
 * Returns an export in the format of Shopify, with further rows for variants and images of a product. Only the
 * first row has the title. Each of `products` has 2 images in 3 rows; `extra` rows follow.
 */
export async function shopifyExport(
  shop: Shop,
  products: number,
  extra: Row[] = [],
): Promise<string> {
  shop.origin.on('/cdn/gone.jpg', sendStatus(404));
  const rows: Row[] = [];
  for (let at = 1; at <= products; at += 1) {
    const [front, back] = ['front', 'back'].map((side) => `/cdn/${at}-${side}.jpg?v=17000${at}`);
    for (const path of [front, back]) {
      const photo = await photograph(320 + at, 240)
        .jpeg({ quality: 94 })
        .toBuffer();
      shop.origin.on(path, serveFile(photo));
    }
    const Handle = `stone-mug-${at}`;
    rows.push(
      {
        Handle,
        Title: `Stone mug ${at}`,
        'Body (HTML)': '<p>Holds "350 ml", dishwasher safe</p>',
        Vendor: 'Hearth',
        Type: 'Mugs',
        Tags: 'kitchen, stoneware',
        Published: 'true',
        'Option1 Name': 'Color',
        'Option1 Value': 'Blue',
        'Variant SKU': `MUG-${at}-B`,
        'Variant Grams': '400',
        'Variant Price': '18.00',
        'Gift Card': 'false',
        'Image Src': shop.origin.url(front),
        'Image Position': '1',
        Status: 'active',
        'Image Alt Text': 'Front, with glaze',
      },
      {
        Handle,
        'Option1 Value': 'Gray',
        'Variant SKU': `MUG-${at}-G`,
        'Variant Grams': '400',
        'Variant Price': '18.00',
        'Image Src': shop.origin.url(back),
        'Image Position': '2',
        'Variant Image': shop.origin.url(back),
      },
      { Handle, 'Option1 Value': 'Red', 'Variant SKU': `MUG-${at}-R`, 'Variant Price': '18.00' },
    );
  }
  const cells = [...rows, ...extra].map((row) => COLUMNS.map((column) => row[column] ?? ''));
  return `${Papa.unparse([COLUMNS, ...cells], { newline: '\n' })}\n`;
}

/** Reads the CSV with an independent parser: one object per row. */
export const readExport = (csv: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true }).data;
