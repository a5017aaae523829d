import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXAMPLE_IMAGES } from './products.js';
import { createCatalogCsv, DEAD_LINK_PATH } from './rows.js';

const SHOP_ORIGIN = 'http://127.0.0.1:9001';

it('examples/products.csv matches the catalog of `npm run shop`', () => {
  const file = readFileSync(new URL('../products.csv', import.meta.url), 'utf8');
  expect(file).toBe(createCatalogCsv(SHOP_ORIGIN));
});

it('The example catalog lists every image of the shop and one missing image', () => {
  const listedPaths = new Set(createCatalogCsv(SHOP_ORIGIN).match(/(?<=:9001)[^",\s]+/g));
  expect([...listedPaths].toSorted()).toEqual(
    [...EXAMPLE_IMAGES.map(({ path }) => path), DEAD_LINK_PATH].toSorted(),
  );
});
