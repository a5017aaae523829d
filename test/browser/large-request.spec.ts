import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { query } from '../support/embedded-servers-fixture.js';
import { storeRequest } from '../support/stored-request.js';
import { NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const ASSETS = fileURLToPath(new URL('../../dist/web/assets/', import.meta.url));
const IMAGE_COUNT = 100_000;
const BYTES_PER_MB = 1e6;

it('The JavaScript of the web page is smaller than 150 KB gzipped', () => {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  const sizes = scripts.map((name) => gzipSync(readFileSync(ASSETS + name)).length);
  expect(scripts.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150 * 1024);
});

describe.skipIf(NO_BROWSER)('The page of a request with 100,000 images', () => {
  const scenario = BrowserScenario.forThisFile();

  it('The page of a request with 100,000 images uses bounded memory and a bounded number of cards while the user scrolls', async () => {
    const id = await storeLargeRequest(scenario.database.url);
    const watchedPage = await WatchedPage.open(scenario.browser, { reducedMotion: true });
    const { page } = watchedPage;
    await page.goto(`${scenario.url}/r/${id}`);
    await page.getByText('of 100,000 images').waitFor();
    await page.locator('.card .name', { hasText: 'Product 1' }).first().waitFor();

    const measureHeap = async () => {
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      await session.detach();
      return usedSize;
    };
    await scrollPage(page, { pixelsPerFrame: 20_000 });
    const bytesBefore = await measureHeap();
    await scrollPage(page, { pixelsPerFrame: 90 });
    await scrollPage(page, { pixelsPerFrame: 80_000 });

    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.locator('.card .name', { hasText: 'Product 100000' }).waitFor();
    for (let step = 1; step <= 5; step += 1) {
      await query(
        scenario.database.url,
        `UPDATE processing_requests SET images_completed = images_completed + 100 WHERE id = '${id}'`,
      );
      await page.getByText(`${(50_000 + step * 100).toLocaleString('en')} of`).waitFor();
    }
    expect((await measureHeap()) - bytesBefore).toBeLessThan(6 * BYTES_PER_MB);
    expect(await page.locator('.card').count()).toBeLessThan(150);
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });
});

/** Stores a request with half of its images completed. Uses SQL, because the test measures only the page. */
async function storeLargeRequest(databaseUrl: string): Promise<string> {
  const id = await storeRequest(databaseUrl, { status: 'processing', rows: [] });
  await query(
    databaseUrl,
    `INSERT INTO products SELECT '${id}', n, n::text, 'Product ' || n, ARRAY[n::text, 'Product ' || n, '']
     FROM generate_series(1, ${IMAGE_COUNT}) n`,
  );
  await query(
    databaseUrl,
    `INSERT INTO images (request_id, row_number, position, input_url, status, bytes_in, bytes_out,
       not_before, lease_until)
     SELECT '${id}', n, 1, 'https://shop.example/' || n || '.jpg', 'processing', 1000, 400,
       'infinity', 'infinity' FROM generate_series(1, ${IMAGE_COUNT}) n`,
  );
  await query(
    databaseUrl,
    `UPDATE processing_requests SET products = ${IMAGE_COUNT}, images_total = ${IMAGE_COUNT},
       images_completed = ${IMAGE_COUNT / 2} WHERE id = '${id}'`,
  );
  return id;
}

/** Scrolls for 90 frames from the current position. */
function scrollPage(page: Page, { pixelsPerFrame }: { pixelsPerFrame: number }) {
  return page.evaluate(
    (pixels) =>
      new Promise<void>((resolve) => {
        let frameCount = 0;
        const scrollFrame = () => {
          scrollBy(0, pixels);
          frameCount += 1;
          if (frameCount <= 90) requestAnimationFrame(scrollFrame);
          else resolve();
        };
        requestAnimationFrame(scrollFrame);
      }),
    pixelsPerFrame,
  );
}
