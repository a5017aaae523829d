import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { type PageStart, ProductsRepository } from './products.js';

describe('ProductsRepository.listWithImages()', () => {
  let rows: TestRows;
  let repository: ProductsRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    repository = new ProductsRepository(rows.dataSource);
  });
  afterAll(() => rows.close());

  /** Creates a request with the specified number of images in each row. */
  async function createRequest(...imageCounts: number[]): Promise<string> {
    const { id } = await rows.insertRequest(0);
    await rows.dataSource.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product ' || n, '{}'
       FROM generate_series(1, $2::int) n`,
      [id, imageCounts.length],
    );
    await rows.dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url)
       SELECT $1, n, position, 'http://localhost/' || position
       FROM unnest($2::int[]) WITH ORDINALITY AS row (images, n), generate_series(1, images) position`,
      [id, imageCounts],
    );
    return id;
  }

  /** Reads all pages. Returns the first position and the number of images for each row of a page. */
  async function readPages(id: string, limit: number) {
    const pages: [row: number, firstPosition: number, imageCount: number][][] = [];
    let start: PageStart | null = { row: 0, position: null };
    while (start) {
      const { products, next } = await repository.listWithImages(id, start, limit);
      pages.push(products.map(({ row, images }) => [row, images[0].position, images.length]));
      start = next;
    }
    return pages;
  }

  it('ProductsRepository.listWithImages() ends a page after the requested number of products', async () => {
    const id = await createRequest(1, 2, 1, 3);
    expect(await readPages(id, 2)).toEqual([
      [
        [1, 1, 1],
        [2, 1, 2],
      ],
      [
        [3, 1, 1],
        [4, 1, 3],
      ],
    ]);
  });

  it('ProductsRepository.listWithImages() ends a page before the product that would exceed 2,000 images', async () => {
    const id = await createRequest(...Array.from({ length: 5 }, () => 1000));
    const pages = await readPages(id, 1000);
    expect(pages.map((products) => products.map(([row]) => row))).toEqual([[1, 2], [3, 4], [5]]);
    expect(pages.flat().every(([, position, count]) => position === 1 && count === 1000)).toBe(
      true,
    );
  });

  it('ProductsRepository.listWithImages() continues a product with more than 2,000 images on the next page', async () => {
    const id = await createRequest(10, 4500, 7);
    expect(await readPages(id, 1000)).toEqual([
      [[1, 1, 10]],
      [[2, 1, 2000]],
      [[2, 2001, 2000]],
      [
        [2, 4001, 500],
        [3, 1, 7],
      ],
    ]);
  });

  it('ProductsRepository.listWithImages() returns no outputs for an image that was only audited', async () => {
    const id = await createRequest(1);
    await rows.dataSource.query(
      `UPDATE images SET status = 'completed', audit = 'too_small' WHERE request_id = $1`,
      [id],
    );
    const start = { row: 0, position: null };
    const { products } = await repository.listWithImages(id, start, 1, { withOutputs: true });
    expect(products[0].images[0]).toMatchObject({ audit: 'too_small', outputs: [] });
  });

  it('ProductsRepository.listWithImages() returns no next page after the last image of a full page', async () => {
    expect(await readPages(await createRequest(2000), 10)).toEqual([[[1, 1, 2000]]]);
    expect(await readPages(await createRequest(2001), 10)).toEqual([
      [[1, 1, 2000]],
      [[1, 2001, 1]],
    ]);
  });
});
