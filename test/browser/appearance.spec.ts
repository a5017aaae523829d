import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { dropFile, violationsOn, NO_BROWSER, overflow, WatchedPage } from './support/browser.js';
import { LOOKS, SCREENSHOTS } from './support/screenshots.js';
import { Shop } from './support/shop.js';

describe.skipIf(NO_BROWSER)('The page in each theme and on a phone', () => {
  const shop = Shop.forThisFile();
  /** The sample, compressed, with a delivery. */
  let id: string;

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    const sample = await shop.api.getText('/sample/catalog.csv');
    id = await shop.api.uploadAccepted(sample, { webhook_url: shop.origin.url('/hook') });
    await shop.api.waitUntilFinal(id);
    await eventually(async () => {
      const { body } = await shop.api.getJson(`/requests/${id}/deliveries`);
      return JSON.stringify(body).includes('"delivered"');
    });
    await fetch(`${shop.url}/webhook`, { method: 'POST', body: '{"type":"a.test"}' });
  });

  const views: [view: string, go: (page: Page) => Promise<void>][] = [
    [
      'start',
      async (page) => {
        await page.goto(shop.url);
        await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      },
    ],
    [
      'check',
      async (page) => {
        await page.goto(shop.url);
        await page.getByRole('button', { name: 'Try the sample' }).click();
        await page.locator('.quality-preview figcaption', { hasText: '→' }).waitFor();
        for (const thumbnail of await page.locator('.thumbnail').all()) {
          await thumbnail.scrollIntoViewIfNeeded();
        }
        await page.locator('.thumbnail img').nth(3).waitFor();
        await page.getByText(/^Saves about/).waitFor();
        await page.evaluate(() => scrollTo(0, 0));
      },
    ],
    [
      'refused',
      async (page) => {
        await page.goto(shop.url);
        await page.getByRole('button', { name: 'Choose a file' }).waitFor();
        const rows = ['1,Mug,ftp://shop.example/a.jpg', '2,Cup,', '3,Vase,just text'];
        await dropFile(
          page,
          'spring.csv',
          ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
        );
        await page.locator('.problems').waitFor();
      },
    ],
    [
      'pictures',
      async (page) => {
        await page.goto(`${shop.url}/r/${id}`);
        await page.locator('.card img').nth(7).waitFor();
      },
    ],
    [
      'compare',
      async (page) => {
        await page.goto(`${shop.url}/r/${id}`);
        await page.locator('.card img').first().waitFor();
        await page.locator('.card').nth(1).click();
        await page.getByRole('slider', { name: /as the original/ }).waitFor();
      },
    ],
    [
      'figures',
      async (page) => {
        await page.goto(`${shop.url}/r/${id}/figures`);
        await page.getByText('shrank by half or more').waitFor();
        await page.locator('.plot canvas').nth(1).waitFor();
      },
    ],
    [
      'problems',
      async (page) => {
        await page.goto(`${shop.url}/r/${id}/problems`);
        await page.getByText('answered 404').click();
      },
    ],
    [
      'webhook',
      async (page) => {
        await page.goto(`${shop.url}/r/${id}/webhook`);
        await page.getByText('Delivered').waitFor();
      },
    ],
    [
      'all',
      async (page) => {
        await page.goto(`${shop.url}/all`);
        await page.locator('.request-row').waitFor();
        await page.locator('.plot canvas').waitFor();
      },
    ],
    [
      'help',
      async (page) => {
        await page.goto(`${shop.url}/help`);
        await page.locator('.services .badge.good').nth(3).waitFor();
        await page.locator('summary', { hasText: 'a.test' }).waitFor();
      },
    ],
  ];

  describe.each(LOOKS)('The page (%s)', (look, settings) => {
    it.each(views)(
      `The view "%s" (${look}) has no overflow and no accessibility violation`,
      async (view, go) => {
        const watched = await WatchedPage.open(shop.browser, { ...settings, reducedMotion: true });
        const { page } = watched;
        await go(page);
        // Elements that have just appeared may still be animated.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map((animation) => animation.finished)),
        );
        await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
        await page.screenshot({ path: `${SCREENSHOTS}${view}-${look}.png` });
        expect(await overflow(page)).toBe(0);
        expect(await violationsOn(page)).toEqual([]);
        expect(watched.unexpectedErrors(/502.*\/preview/, /400.*\/upload/)).toEqual([]);
        await watched.close();
      },
    );
  });
});
