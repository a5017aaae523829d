import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../../test/support/catalog.js';
import { MARKETPLACE_HEADERS } from '../../../../test/support/marketplace-headers.js';
import { SHOP_HEADERS } from '../../../../test/support/shop-headers.js';
import { PLATFORMS } from './index.js';

const URL_1 = 'https://cdn.example.com/files/1.jpg';
const HEADERS = [...SHOP_HEADERS, ...MARKETPLACE_HEADERS];

const delimiterOf = (header: string): string =>
  ['\t', ';'].find((delimiter) => header.split(delimiter).length > 5) ?? ',';

describe('The platform tables', () => {
  it.each(HEADERS)(
    'The platform tables recognize %s (%s)',
    async (platform, _file, header, images, serial, name) => {
      const delimiter = delimiterOf(header);
      const [names] = Papa.parse<string[]>(header, { delimiter }).data;
      const row = names.map((cell) =>
        images.includes(cell)
          ? URL_1
          : cell === serial
            ? 'A-1'
            : cell === name
              ? 'Stone mug'
              : /url|link/i.test(cell) && !/handle|linked/i.test(cell)
                ? 'https://shop.example.com/stone-mug'
                : 'x',
      );
      const file = Papa.unparse([names, row, row], { delimiter, newline: '\r\n' });
      const { description, rows } = await readCatalog(file);
      expect(description.platform).toBe(platform);
      expect(description.layout.delimiter).toBe(delimiter);
      expect(description.imageColumns.map((column) => description.header[column])).toEqual(images);
      expect(rows[0]).toMatchObject({
        serialNumber: 'A-1',
        productName: name === serial ? 'A-1' : 'Stone mug',
      });
    },
  );

  it('The platform tables include every platform in this list', () => {
    const listed = new Set(HEADERS.map(([platform]) => platform));
    expect(PLATFORMS.map(({ id }) => id).filter((id) => !listed.has(id))).toEqual([]);
  });

  it('Each platform table names a public source', () => {
    for (const { sources } of PLATFORMS) expect(sources[0]).toMatch(/^https:\/\//);
  });

  it('The platform tables ignore the downloads of a WooCommerce product, even if they are images', async () => {
    const file = [
      'ID,Type,SKU,Name,Published,Images,"Download 1 name","Download 1 URL","External URL"',
      `73,"simple, downloadable",album,Album,1,${URL_1},Single,https://shop.example.com/single.jpg,`,
    ].join('\n');
    const { description, warnings } = await readCatalog(file);
    expect(description.imageColumns).toEqual([5]);
    expect(warnings).toEqual(['columns_with_urls_not_read']);
  });

  it('The platform tables ignore the link to the product page, even if it looks like an image', async () => {
    const file = [
      'id,title,price,link,image_link,availability',
      `0,Hoodie,29.90 EUR,https://shop.example.com/?z=photo-1/album-2,${URL_1},in stock`,
    ].join('\n');
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([4]);
    expect(urls).toEqual([[URL_1]]);
  });
});
