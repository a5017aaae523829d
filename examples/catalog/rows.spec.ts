import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PICTURES } from './products.js';
import { catalogCsv, DEAD_LINK } from './rows.js';

const SHOP = 'http://127.0.0.1:9001';

it('examples/products.csv matches the catalog of `npm run shop`', () => {
  const file = readFileSync(new URL('../products.csv', import.meta.url), 'utf8');
  expect(file).toBe(catalogCsv(SHOP));
});

it('The example catalog lists every image of the shop and one missing image', () => {
  const named = new Set(catalogCsv(SHOP).match(/(?<=:9001)[^",\s]+/g));
  expect([...named].toSorted()).toEqual(
    [...PICTURES.map(({ path }) => path), DEAD_LINK].toSorted(),
  );
});
