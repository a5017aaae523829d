import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { NO_BROWSER, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

const HEADER = 'S. No.,Product Name,Input Image Urls';

describe.skipIf(NO_BROWSER)('The end of a request', () => {
  const shop = Shop.forThisFile();

  /** A request whose images wait at the shop until `release` is called. */
  const startHeldRequest = async (products: number, extraRows: string[] = []) => {
    const released = deferred();
    const send = serveFile(await photograph(240, 180).jpeg({ quality: 94 }).toBuffer());
    const rows = Array.from({ length: products }, (_, at) => {
      const path = `/held-${at + 1}.jpg`;
      shop.origin.on(path, (request, response) => {
        void released.promise.then(() => send(request, response));
      });
      return `${at + 1},Product ${at + 1},${shop.origin.url(path)}`;
    });
    const id = await shop.api.uploadAccepted([HEADER, ...rows, ...extraRows, ''].join('\n'));
    return { id, release: released.resolve };
  };

  it('The end of a request appears together with the last cards, never next to a waiting card', async () => {
    const { id, release } = await startHeldRequest(6);
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(`${shop.url}/r/${id}`);
    await page.locator('.card', { hasText: 'waiting' }).nth(5).waitFor();
    await recordWaitingAfterDone(page);
    release();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').nth(5).waitFor();
    expect(await page.evaluate(() => (window as unknown as Recorded).contradictions)).toEqual([]);
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });

  it('The end of a request leaves no card canceled after a resume', async () => {
    const { id, release } = await startHeldRequest(5);
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').locator('[value=yes]').click();
    await page
      .locator('.card', { hasText: /cancell?ed/ })
      .nth(4)
      .waitFor();
    release();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').nth(4).waitFor();
    expect(await page.locator('.card', { hasText: /cancell?ed|waiting/ }).count()).toBe(0);
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });
});

interface Recorded {
  contradictions: string[];
}

/** Checks the view after each change of its elements, before the browser can paint it. */
const recordWaitingAfterDone = (page: Page) =>
  page.evaluate(() => {
    const contradictions: string[] = [];
    Object.assign(window, { contradictions });
    const observer = new MutationObserver(() => {
      const badge = document.querySelector('.head .badge')?.textContent ?? '';
      const percent = document.querySelector('.percent')?.textContent ?? '';
      const waiting = [...document.querySelectorAll('.card')].filter(({ textContent }) =>
        textContent.includes('waiting'),
      ).length;
      if (waiting > 0 && (badge.startsWith('Done') || percent.startsWith('100')))
        contradictions.push(`"${badge}", ${percent}, and ${waiting} cards wait`);
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  });
