import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import type { CatalogRow } from '../../../platform/catalog/catalog-row.js';
import { FileNameTemplate } from '../../../platform/catalog/file-names/file-name-template.js';
import { CatalogStore } from './catalog-store.js';
import { SeenUrls } from './seen-urls.js';

let rows: TestRows;
beforeAll(async () => {
  rows = await TestRows.open();
});
afterAll(() => rows.close());

const request = {
  filename: 'products.csv',
  header: ['Images'],
  columns: { serial_number: '', product_name: '', input_image_urls: '' },
  urlColumn: 0,
  dialect: { delimiter: ',', newline: '\n' as const, encoding: 'utf-8', bom: false },
  options: { quality: 50, format: 'original' as const },
  baseUrl: 'http://localhost',
};

async function storeCatalog(catalog: CatalogRow[], seenUrls?: SeenUrls): Promise<string> {
  const catalogStore = await CatalogStore.beginUpload(
    rows.dataSource,
    uuidv7(),
    () => {},
    seenUrls,
  );
  for (const row of catalog) await catalogStore.addRows([row]);
  await catalogStore.completeUpload();
  const imageCount = catalog.reduce((sum, row) => sum + row.images.length, 0);
  await catalogStore.commit({ ...request, products: catalog.length, imagesTotal: imageCount });
  return catalogStore.requestId;
}

const toImage = (url: string) => ({ column: 0, url });

const anyText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('\\', '\\N', '\\.', '"', '{', '}', ',', '\t', '\n', '\r', "'", 'NULL', 'é𝄞'),
      fc.string({ minLength: 1, maxLength: 3 }),
    ),
    maxLength: 8,
  })
  .map((text) => text.replaceAll('\0', ''));

it('CatalogStore stores any text unchanged', async () => {
  const anyRow = fc.record({
    serialNumber: anyText,
    productName: anyText,
    cells: fc.array(anyText, { minLength: 1, maxLength: 5 }),
    urls: fc.array(anyText, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 12 }), async (generatedRows) => {
      const catalog = generatedRows.map((fields, i) => ({ row: i + 1, ...fields }));
      const id = await storeCatalog(
        catalog.map((row) => ({ ...row, images: row.urls.map(toImage) })),
      );
      const storedRows = await rows.dataSource.query(
        `SELECT row_number AS row, serial_number AS "serialNumber", product_name AS "productName", cells,
                (SELECT array_agg(input_url ORDER BY position) FROM images i
                 WHERE i.request_id = p.request_id AND i.row_number = p.row_number) AS urls
         FROM products p WHERE request_id = $1 ORDER BY row_number`,
        [id],
      );
      expect(storedRows).toEqual(catalog);
    }),
    { numRuns: 50 },
  );
});

const toRows = (urls: string[]): CatalogRow[] =>
  urls.map((url, i) => ({
    row: i + 1,
    serialNumber: '',
    productName: '',
    cells: [''],
    images: [toImage(url)],
  }));

/** Returns, for each image, the row index of the first image with its URL. Null for the first image itself. */
async function findFirstRows(id: string): Promise<(number | null | undefined)[]> {
  const images: { id: string; same_as: string | null }[] = await rows.dataSource.query(
    `SELECT id, same_as FROM images WHERE request_id = $1 ORDER BY row_number`,
    [id],
  );
  const ids = images.map((image) => Number(image.id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  const rowById = new Map(images.map((image, i) => [image.id, i]));
  return images.map(({ same_as }) => (same_as === null ? null : rowById.get(same_as)));
}

it.each([
  ['few URLs', 10],
  ['more URLs than SeenUrls can store', 5000],
])(
  'CatalogStore links images with the same URL to the first image in a file with %s',
  async (_, uniqueUrlCount) => {
    const urls = Array.from({ length: uniqueUrlCount }, (__, n) => `https://a.example/${n}`);
    const catalog = toRows([...urls, ...urls, ...urls.slice(-1)]);
    const id = await storeCatalog(catalog, new SeenUrls(4096));
    const expected = [...urls.map(() => null), ...urls.map((__, i) => i), uniqueUrlCount - 1];
    expect(await findFirstRows(id)).toEqual(expected);
  },
);

it('CatalogStore stores the host of a URL if SQL cannot extract it', async () => {
  const urls = ['https://h.example:443/1.jpg', 'https://h.example/1.jpg'];
  const id = await storeCatalog([
    { row: 1, serialNumber: '', productName: '', cells: [], images: urls.map(toImage) },
  ]);
  const storedRows = await rows.dataSource.query(
    'SELECT input_url, input_host FROM images WHERE request_id = $1 ORDER BY position',
    [id],
  );
  expect(storedRows).toEqual([
    { input_url: urls[0], input_host: 'h.example' },
    { input_url: urls[1], input_host: null },
  ]);
});

it('CatalogStore does not link images with different URLs that have the same hash', async () => {
  const collidingUrls = new SeenUrls(4096, (_, target) => target.fill(7));
  const urls = ['https://a/1', 'https://a/2', 'https://a/1', 'https://a/3'];
  expect(await findFirstRows(await storeCatalog(toRows(urls), collidingUrls))).toEqual([
    null,
    null,
    0,
    null,
  ]);
});

it('CatalogStore accepts IDs that are not consecutive', async () => {
  const urls = Array.from({ length: 400 }, (_, n) => `https://a.example/${n}`);
  const ids = await Promise.all(
    Array.from({ length: 4 }, () => storeCatalog(toRows([...urls, ...urls]))),
  );
  for (const id of ids) {
    expect(await findFirstRows(id)).toEqual([...urls.map(() => null), ...urls.map((_, i) => i)]);
  }
});

it('CatalogStore stores an invalid image as failed and does not link other images to it', async () => {
  const fault = { code: 'url_relative', message: 'The path\tneeds a host.' } as const;
  const images = [
    { column: 3, url: 'https://a/1' },
    { column: 3, url: 'a.jpg', fault },
    { column: 5, url: 'a.jpg', fault },
    { column: 5, url: 'https://a/1' },
  ];
  const id = await storeCatalog([
    { row: 1, serialNumber: '', productName: '', cells: ['\0a'], images },
  ]);
  const storedRows = await rows.dataSource.query(
    `SELECT position, column_index, input_url, status, error_code, error_message,
            same_as IS NOT NULL AS is_duplicate, finished_at IS NOT NULL AS finished
     FROM images WHERE request_id = $1 ORDER BY position`,
    [id],
  );
  const pendingImage = {
    input_url: 'https://a/1',
    status: 'pending',
    error_code: null,
    error_message: null,
  };
  const failedImage = {
    input_url: 'a.jpg',
    status: 'failed',
    error_code: 'url_relative',
    error_message: 'The path\tneeds a host.',
  };
  expect(storedRows).toEqual([
    { position: 1, column_index: 3, ...pendingImage, is_duplicate: false, finished: false },
    { position: 2, column_index: 3, ...failedImage, is_duplicate: false, finished: true },
    { position: 3, column_index: 5, ...failedImage, is_duplicate: false, finished: true },
    { position: 4, column_index: 5, ...pendingImage, is_duplicate: true, finished: false },
  ]);
  const [{ cells }] = await rows.dataSource.query<[{ cells: string[] }]>(
    'SELECT cells FROM products WHERE request_id = $1',
    [id],
  );
  expect(cells).toEqual(['a']);
});

it('CatalogStore deletes its rows on rollback and releases its slot once', async () => {
  let releaseCount = 0;
  const catalogStore = await CatalogStore.beginUpload(
    rows.dataSource,
    uuidv7(),
    () => releaseCount++,
  );
  await catalogStore.addRows([...toRows(['https://a/'])]);
  await catalogStore.completeUpload();
  await catalogStore.rollback();
  await catalogStore.rollback();
  const [{ count }] = await rows.dataSource.query(
    'SELECT count(*)::int FROM products WHERE request_id = $1',
    [catalogStore.requestId],
  );
  expect([count, releaseCount]).toEqual([0, 1]);
});

it('CatalogStore stores the names of all images, including invalid ones', async () => {
  const catalogStore = await CatalogStore.beginUpload(rows.dataSource, uuidv7(), () => {});
  const fileNames = FileNameTemplate.parse('{name}').bindColumns(['Images']);
  const fault = { code: 'url_invalid', message: 'This is not a URL.' } as const;
  const images = [toImage('https://a/1.jpg'), { column: 0, url: 'x', fault }];
  const row = { row: 1, serialNumber: '1', productName: 'Mug', cells: [''], images };
  await catalogStore.addRows([row, { ...row, row: 2 }], fileNames);
  await catalogStore.completeUpload();
  await catalogStore.commit({ ...request, products: 2, imagesTotal: 4 });
  const storedRows = await rows.dataSource.query<{ file_name: string }[]>(
    'SELECT file_name FROM images WHERE request_id = $1 ORDER BY row_number, position',
    [catalogStore.requestId],
  );
  expect(storedRows.map(({ file_name }) => file_name)).toEqual(['Mug', 'Mug-2', 'Mug-3', 'Mug-4']);
});
