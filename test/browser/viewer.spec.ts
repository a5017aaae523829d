import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('The product viewer', () => {
  const scenario = BrowserScenario.forThisFile();
  let id: string;

  beforeAll(async () => {
    id = await scenario.api.uploadAccepted(await scenario.api.getText('/sample/catalog.csv'));
    await scenario.api.waitUntilFinal(id);
  });

  it.each([
    ['desktop', { width: 1280, height: 900 }],
    // 1280 x 900 at a zoom of 200%.
    ['200% zoom', { width: 640, height: 450 }],
    ['phone in landscape', { width: 844, height: 390 }],
    ['phone', PHONE],
    ['small phone in landscape', { width: 568, height: 320 }],
  ])(
    'The product viewer shows the details beside the image without overlap (%s)',
    async (_name, size) => {
      const watchedPage = await WatchedPage.open(scenario.browser, {
        ...size,
        reducedMotion: true,
      });
      const { page } = watchedPage;
      await page.goto(`${scenario.url}/r/${id}`);
      await page.locator('.card img').nth(1).waitFor();
      for (const cardIndex of [0, 1]) {
        await page.locator('.card').nth(cardIndex).click();
        await page.getByRole('slider', { name: /as the original/ }).waitFor();
        expect(await findCoveredTexts(page)).toEqual([]);
        expect(await measureOverflow(page)).toBe(0);
        await page.keyboard.press('Escape');
        await page.locator('.viewer').waitFor({ state: 'detached' });
      }
      await page.locator('.card').first().click();
      await page.getByRole('slider', { name: /as the original/ }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watchedPage.close();
    },
  );
});

/** Returns the text of each fact, link and button that another element covers when it is scrolled into view. */
const findCoveredTexts = (page: Page) =>
  page.evaluate(() => {
    const elements = document.querySelectorAll('.viewer dt, .viewer dd, .viewer a, .viewer button');
    return [...elements].flatMap((element) => {
      element.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const topElement = document.elementFromPoint(left + Math.min(width / 2, 8), top + height / 2);
      return topElement && element.contains(topElement) ? [] : [element.textContent];
    });
  });
