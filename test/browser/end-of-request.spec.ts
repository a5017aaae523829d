import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const HEADER = 'S. No.,Product Name,Input Image Urls';

describe.skipIf(NO_BROWSER)('The end of a request', () => {
  const scenario = BrowserScenario.forThisFile();

  /** Starts a request. The origin sends its images only after `release` is called. */
  const startHeldRequest = async (productCount: number, extraRows: string[] = []) => {
    const hold = deferred();
    const sendImage = serveFile(await photograph(240, 180).jpeg({ quality: 94 }).toBuffer());
    const rows = Array.from({ length: productCount }, (_, i) => {
      const path = `/held-${i + 1}.jpg`;
      scenario.origin.on(path, (request, response) => {
        void hold.promise.then(() => sendImage(request, response));
      });
      return `${i + 1},Product ${i + 1},${scenario.origin.url(path)}`;
    });
    const id = await scenario.api.uploadAccepted([HEADER, ...rows, ...extraRows, ''].join('\n'));
    return { id, release: hold.resolve };
  };

  it('The web page never shows "Done" next to a waiting card', async () => {
    const { id, release } = await startHeldRequest(6);
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(`${scenario.url}/r/${id}`);
    await page.locator('.card', { hasText: 'waiting' }).nth(5).waitFor();
    await recordWaitingAfterDone(page);
    release();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').nth(5).waitFor();
    expect(
      await page.evaluate(() => (window as unknown as RecordingWindow).contradictions),
    ).toEqual([]);
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('The web page shows no card as canceled after a resume', async () => {
    const { id, release } = await startHeldRequest(5);
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(`${scenario.url}/r/${id}`);
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
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });
});

interface RecordingWindow {
  contradictions: string[];
}

/** Checks the view after each change of its elements, before the browser paints the change. */
const recordWaitingAfterDone = (page: Page) =>
  page.evaluate(() => {
    const contradictions: string[] = [];
    Object.assign(window, { contradictions });
    const observer = new MutationObserver(() => {
      const badge = document.querySelector('.head .badge')?.textContent ?? '';
      const percent = document.querySelector('.percent')?.textContent ?? '';
      const waitingCount = [...document.querySelectorAll('.card')].filter(({ textContent }) =>
        textContent.includes('waiting'),
      ).length;
      if (waitingCount > 0 && (badge.startsWith('Done') || percent.startsWith('100')))
        contradictions.push(`"${badge}", ${percent}, and ${waitingCount} waiting cards`);
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  });
