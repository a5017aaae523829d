import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import {
  dropFile,
  findViolations,
  NO_BROWSER,
  measureOverflow,
  WatchedPage,
} from './support/browser.js';
import { APPEARANCES, SCREENSHOT_FOLDER } from './support/screenshots.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('The web page in each theme and on a phone', () => {
  const scenario = BrowserScenario.forThisFile();
  /** ID of a compressed sample catalog with a webhook delivery. */
  let id: string;

  beforeAll(async () => {
    await mkdir(SCREENSHOT_FOLDER, { recursive: true });
    const sample = await scenario.api.getText('/sample/catalog.csv');
    id = await scenario.api.uploadAccepted(sample, { webhook_url: scenario.origin.url('/hook') });
    await scenario.api.waitUntilFinal(id);
    await eventually(async () => {
      const { body } = await scenario.api.getJson(`/requests/${id}/deliveries`);
      return JSON.stringify(body).includes('"delivered"');
    });
    await fetch(`${scenario.url}/webhook`, { method: 'POST', body: '{"type":"a.test"}' });
  });

  const views: [view: string, openView: (page: Page) => Promise<void>][] = [
    [
      'start',
      async (page) => {
        await page.goto(scenario.url);
        await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      },
    ],
    [
      'check',
      async (page) => {
        await page.goto(scenario.url);
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
        await page.goto(scenario.url);
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
        await page.goto(`${scenario.url}/r/${id}`);
        await page.locator('.card img').nth(7).waitFor();
      },
    ],
    [
      'compare',
      async (page) => {
        await page.goto(`${scenario.url}/r/${id}`);
        await page.locator('.card img').first().waitFor();
        await page.locator('.card').nth(1).click();
        await page.getByRole('slider', { name: /as the original/ }).waitFor();
      },
    ],
    [
      'figures',
      async (page) => {
        await page.goto(`${scenario.url}/r/${id}/figures`);
        await page.getByText('shrank by half or more').waitFor();
        await page.locator('.plot canvas').nth(1).waitFor();
      },
    ],
    [
      'problems',
      async (page) => {
        await page.goto(`${scenario.url}/r/${id}/problems`);
        await page.getByText('returned 404').click();
      },
    ],
    [
      'webhook',
      async (page) => {
        await page.goto(`${scenario.url}/r/${id}/webhook`);
        await page.getByText('Delivered').waitFor();
      },
    ],
    [
      'all',
      async (page) => {
        await page.goto(`${scenario.url}/all`);
        await page.locator('.request-row').waitFor();
        await page.locator('.plot canvas').waitFor();
      },
    ],
    [
      'help',
      async (page) => {
        await page.goto(`${scenario.url}/help`);
        await page.locator('.services .badge.good').nth(3).waitFor();
        await page.locator('summary', { hasText: 'a.test' }).waitFor();
      },
    ],
  ];

  describe.each(APPEARANCES)('The web page (%s)', (appearance, settings) => {
    it.each(views)(
      `The view "%s" (${appearance}) has no overflow and no accessibility violation`,
      async (view, openView) => {
        const watchedPage = await WatchedPage.open(scenario.browser, {
          ...settings,
          reducedMotion: true,
        });
        const { page } = watchedPage;
        await openView(page);
        // Elements that have just appeared may still be animated.
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map((animation) => animation.finished)),
        );
        await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
        await page.screenshot({ path: `${SCREENSHOT_FOLDER}${view}-${appearance}.png` });
        expect(await measureOverflow(page)).toBe(0);
        expect(await findViolations(page)).toEqual([]);
        expect(watchedPage.listUnexpectedErrors(/502.*\/preview/, /400.*\/upload/)).toEqual([]);
        await watchedPage.close();
      },
    );
  });
});
