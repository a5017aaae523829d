import Papa from 'papaparse';
import { serveFile, sendStatus } from '../../support/origin-behaviors.js';
import { photograph } from '../../support/sample-images.js';
import type { BrowserScenario } from './browser-scenario.js';

const COLUMNS =
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,Variant Image,Status'.split(
    ',',
  );

type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/**
 * Returns a Shopify export, which has additional rows for variants and images of a product. Only the first row of
 * a product has the title. Each product has 2 images in 3 rows. Appends `extraRows`.
 */
export async function createShopifyExport(
  scenario: BrowserScenario,
  productCount: number,
  extraRows: Row[] = [],
): Promise<string> {
  scenario.origin.on('/cdn/gone.jpg', sendStatus(404));
  const rows: Row[] = [];
  for (let i = 1; i <= productCount; i += 1) {
    const [front, back] = ['front', 'back'].map((side) => `/cdn/${i}-${side}.jpg?v=17000${i}`);
    for (const path of [front, back]) {
      const photo = await photograph(320 + i, 240)
        .jpeg({ quality: 94 })
        .toBuffer();
      scenario.origin.on(path, serveFile(photo));
    }
    const Handle = `stone-mug-${i}`;
    rows.push(
      {
        Handle,
        Title: `Stone mug ${i}`,
        'Body (HTML)': '<p>Holds "350 ml", dishwasher safe</p>',
        Vendor: 'Hearth',
        Type: 'Mugs',
        Tags: 'kitchen, stoneware',
        Published: 'true',
        'Option1 Name': 'Color',
        'Option1 Value': 'Blue',
        'Variant SKU': `MUG-${i}-B`,
        'Variant Grams': '400',
        'Variant Price': '18.00',
        'Gift Card': 'false',
        'Image Src': scenario.origin.url(front),
        'Image Position': '1',
        Status: 'active',
        'Image Alt Text': 'Front, with glaze',
      },
      {
        Handle,
        'Option1 Value': 'Gray',
        'Variant SKU': `MUG-${i}-G`,
        'Variant Grams': '400',
        'Variant Price': '18.00',
        'Image Src': scenario.origin.url(back),
        'Image Position': '2',
        'Variant Image': scenario.origin.url(back),
      },
      { Handle, 'Option1 Value': 'Red', 'Variant SKU': `MUG-${i}-R`, 'Variant Price': '18.00' },
    );
  }
  const cells = [...rows, ...extraRows].map((row) => COLUMNS.map((column) => row[column] ?? ''));
  return `${Papa.unparse([COLUMNS, ...cells], { newline: '\n' })}\n`;
}

/** Reads the CSV file with an independent parser. Returns one object per row. */
export const readExport = (csv: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true }).data;
