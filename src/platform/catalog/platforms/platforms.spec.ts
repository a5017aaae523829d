import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../../test/support/catalog.js';
import { MARKETPLACE_HEADERS } from '../../../../test/support/marketplace-headers.js';
import { SHOP_HEADERS } from '../../../../test/support/shop-headers.js';
import { PLATFORMS } from './index.js';

const URL_1 = 'https://cdn.example.com/files/1.jpg';
const HEADERS = [...SHOP_HEADERS, ...MARKETPLACE_HEADERS];

const detectDelimiter = (header: string): string =>
  ['\t', ';'].find((delimiter) => header.split(delimiter).length > 5) ?? ',';

describe('PLATFORMS', () => {
  it.each(HEADERS)(
    'readCatalog() recognizes a product file from %s (%s)',
    async (platform, _file, header, images, serial, name) => {
      const delimiter = detectDelimiter(header);
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

  it('PLATFORMS contains only platforms with at least one tested header', () => {
    const testedPlatforms = new Set(HEADERS.map(([platform]) => platform));
    expect(PLATFORMS.map(({ id }) => id).filter((id) => !testedPlatforms.has(id))).toEqual([]);
  });

  it('PLATFORMS names a public source for each platform', () => {
    for (const { sources } of PLATFORMS) expect(sources[0]).toMatch(/^https:\/\//);
  });

  it('readCatalog() excludes the download columns of WooCommerce from the image columns', async () => {
    const file = [
      'ID,Type,SKU,Name,Published,Images,"Download 1 name","Download 1 URL","External URL"',
      `73,"simple, downloadable",album,Album,1,${URL_1},Single,https://shop.example.com/single.jpg,`,
    ].join('\n');
    const { description, warnings } = await readCatalog(file);
    expect(description.imageColumns).toEqual([5]);
    expect(warnings).toEqual(['columns_with_urls_not_read']);
  });

  it('readCatalog() excludes the product page link from the image columns even if it looks like an image', async () => {
    const file = [
      'id,title,price,link,image_link,availability',
      `0,Hoodie,29.90 EUR,https://shop.example.com/?z=photo-1/album-2,${URL_1},in stock`,
    ].join('\n');
    const { description, urls } = await readCatalog(file);
    expect(description.imageColumns).toEqual([4]);
    expect(urls).toEqual([[URL_1]]);
  });
});
