import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { query } from '../support/embedded-servers-fixture.js';
import { storeRequest } from '../support/stored-request.js';
import { NO_BROWSER, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

const ASSETS = fileURLToPath(new URL('../../dist/web/assets/', import.meta.url));
const IMAGES = 100_000;
const MB = 1e6;

it('The JavaScript of the page is less than 150 KB gzipped', () => {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  const bytes = scripts.map((name) => gzipSync(readFileSync(ASSETS + name)).length);
  expect(scripts.length).toBeGreaterThan(0);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(150 * 1024);
});

describe.skipIf(NO_BROWSER)('The page of a request with 100,000 images', () => {
  const shop = Shop.forThisFile();

  it('The page of a request with 100,000 images uses constant memory and a constant number of cards while it scrolls and the request progresses', async () => {
    const id = await largeRequest(shop.database.url);
    const watched = await WatchedPage.open(shop.browser, { reducedMotion: true });
    const { page } = watched;
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByText('of 100,000 images').waitFor();
    await page.locator('.card .name', { hasText: 'Product 1' }).first().waitFor();

    const heap = async () => {
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      await session.detach();
      return usedSize;
    };
    await scroll(page, { pixelsAFrame: 20_000 });
    const before = await heap();
    await scroll(page, { pixelsAFrame: 90 });
    await scroll(page, { pixelsAFrame: 80_000 });

    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.locator('.card .name', { hasText: 'Product 100000' }).waitFor();
    for (let moved = 1; moved <= 5; moved += 1) {
      await query(
        shop.database.url,
        `UPDATE processing_requests SET images_completed = images_completed + 100 WHERE id = '${id}'`,
      );
      await page.getByText(`${(50_000 + moved * 100).toLocaleString('en')} of`).waitFor();
    }
    expect((await heap()) - before).toBeLessThan(6 * MB);
    expect(await page.locator('.card').count()).toBeLessThan(150);
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });
});

/** Half of the images are completed. SQL writes them, because the test measures the page only. */
async function largeRequest(databaseUrl: string): Promise<string> {
  const id = await storeRequest(databaseUrl, { status: 'processing', rows: [] });
  await query(
    databaseUrl,
    `INSERT INTO products SELECT '${id}', n, n::text, 'Product ' || n, ARRAY[n::text, 'Product ' || n, '']
     FROM generate_series(1, ${IMAGES}) n`,
  );
  await query(
    databaseUrl,
    `INSERT INTO images (request_id, row_number, position, input_url, status, bytes_in, bytes_out,
       not_before, lease_until)
     SELECT '${id}', n, 1, 'https://shop.example/' || n || '.jpg', 'processing', 1000, 400,
       'infinity', 'infinity' FROM generate_series(1, ${IMAGES}) n`,
  );
  await query(
    databaseUrl,
    `UPDATE processing_requests SET products = ${IMAGES}, images_total = ${IMAGES},
       images_completed = ${IMAGES / 2} WHERE id = '${id}'`,
  );
  return id;
}

/** Scrolls for 90 frames from the current position. */
function scroll(page: Page, { pixelsAFrame }: { pixelsAFrame: number }) {
  return page.evaluate(
    (pixels) =>
      new Promise<void>((resolve) => {
        let frames = 0;
        const next = () => {
          scrollBy(0, pixels);
          frames += 1;
          if (frames <= 90) requestAnimationFrame(next);
          else resolve();
        };
        requestAnimationFrame(next);
      }),
    pixelsAFrame,
  );
}
