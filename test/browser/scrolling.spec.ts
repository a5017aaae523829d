import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { storeRequest } from '../support/stored-request.js';
import { NO_BROWSER, PHONE, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const PRODUCT_COUNT = 300;

describe.skipIf(NO_BROWSER)('The image list', () => {
  const scenario = BrowserScenario.forThisFile();
  let id: string;

  beforeAll(async () => {
    const rows = Array.from({ length: PRODUCT_COUNT }, (_, i) => ({
      cells: [String(i + 1), `Product ${i + 1}`, ''],
      images: [
        {
          url: `https://shop.example/${i + 1}.jpg`,
          status: 'failed' as const,
          code: 'http_404',
          message: 'The server returned 404 Not Found.',
        },
      ],
    }));
    id = await storeRequest(scenario.database.url, { rows, status: 'failed' });
  });

  it.each([
    ['a desktop', { width: 1280, height: 900 }],
    ['a desktop with reduced motion', { width: 1280, height: 900, reducedMotion: true }],
    ['a phone', PHONE],
    ['a phone in landscape', { width: 844, height: 390 }],
  ])(
    'The image list never draws a card outside its row while the user scrolls on %s',
    async (_name, appearance) => {
      const watchedPage = await WatchedPage.open(scenario.browser, appearance);
      const { page } = watchedPage;
      await page.goto(`${scenario.url}/r/${id}`);
      await page.locator('.card .name', { hasText: /^Product 1$/ }).waitFor();
      await recordMisplacedCards(page);
      for (const target of [900, 1800, 3600, 3300, 1500, 400, 0])
        expect(await scrollAndWaitForCards(page, target)).toEqual([]);
      expect(watchedPage.listUnexpectedErrors()).toEqual([]);
      await watchedPage.close();
    },
  );
});

/** Checks the position of each card after the page has changed its elements, before the browser paints them. */
const recordMisplacedCards = (page: Page) =>
  page.evaluate(() => {
    const gallery = document.querySelector<HTMLElement>('.gallery')!;
    const misplacedCards: string[] = [];
    Object.assign(window, { misplacedCards });
    const observer = new MutationObserver(() => {
      const columnCount = getComputedStyle(gallery).gridTemplateColumns.split(' ').length;
      const { top } = gallery.getBoundingClientRect();
      for (const item of gallery.children) {
        const row = Math.floor((Number(item.getAttribute('aria-posinset')) - 1) / columnCount);
        const distance = item.getBoundingClientRect().top - top - row * 248;
        if (Math.abs(distance) > 1) misplacedCards.push(`row ${row} is off by ${distance} px`);
      }
    });
    observer.observe(gallery, { childList: true, attributes: true, subtree: true });
  });

/** Scrolls, waits until every visible row has its cards, and returns the misplaced cards. */
const scrollAndWaitForCards = async (page: Page, target: number) => {
  await page.evaluate((y) => scrollTo(0, y), target);
  await page.waitForFunction(() => {
    const gallery = document.querySelector('.gallery')!;
    const { top, bottom } = gallery.getBoundingClientRect();
    const cards = [...gallery.children].map((item) => item.getBoundingClientRect());
    const visibleTop = Math.max(top, 0);
    const visibleBottom = Math.min(bottom, innerHeight);
    return (
      visibleTop >= visibleBottom ||
      (cards.some((card) => card.top <= visibleTop + 16) &&
        cards.some((card) => card.bottom >= visibleBottom - 16))
    );
  });
  return page.evaluate(() =>
    (window as unknown as { misplacedCards: string[] }).misplacedCards.splice(0).slice(0, 3),
  );
};
