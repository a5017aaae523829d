import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_BROWSER, overflow, PHONE, violationsOn, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

describe.skipIf(NO_BROWSER)('The product viewer', () => {
  const shop = Shop.forThisFile();
  let id: string;

  beforeAll(async () => {
    id = await shop.api.uploadAccepted(await shop.api.getText('/sample/catalog.csv'));
    await shop.api.waitUntilFinal(id);
  });

  it.each([
    ['on a desktop', { width: 1280, height: 900 }],
    // 1280 x 900 at a zoom of 200 %.
    ['at 200 % zoom', { width: 640, height: 450 }],
    ['on a phone in landscape', { width: 844, height: 390 }],
    ['on a phone', PHONE],
    ['on a small phone in landscape', { width: 568, height: 320 }],
  ])(
    'The product viewer shows the details beside the image without an overlap, %s',
    async (_name, size) => {
      const watched = await WatchedPage.open(shop.browser, { ...size, reducedMotion: true });
      const { page } = watched;
      await page.goto(`${shop.url}/r/${id}`);
      await page.locator('.card img').nth(1).waitFor();
      for (const card of [0, 1]) {
        await page.locator('.card').nth(card).click();
        await page.getByRole('slider', { name: /as the original/ }).waitFor();
        expect(await coveredParts(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        await page.keyboard.press('Escape');
        await page.locator('.viewer').waitFor({ state: 'detached' });
      }
      await page.locator('.card').first().click();
      await page.getByRole('slider', { name: /as the original/ }).waitFor();
      expect(await violationsOn(page)).toEqual([]);
      expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watched.close();
    },
  );
});

/** Returns the facts, links and buttons that another element covers after a scroll to them. */
const coveredParts = (page: Page) =>
  page.evaluate(() => {
    const parts = document.querySelectorAll('.viewer dt, .viewer dd, .viewer a, .viewer button');
    return [...parts].flatMap((part) => {
      part.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = part.getBoundingClientRect();
      const seen = document.elementFromPoint(left + Math.min(width / 2, 8), top + height / 2);
      return seen && (part === seen || part.contains(seen)) ? [] : [part.textContent];
    });
  });
