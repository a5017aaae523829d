import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NO_BROWSER, PHONE, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

/** Returns the HTML of the focused element if another element covers its center; otherwise, an empty string. */
const findHiddenFocus = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const focusedElement = document.activeElement!;
    const { left, top, width, height } = focusedElement.getBoundingClientRect();
    const topElement = document.elementFromPoint(left + width / 2, top + height / 2);
    return topElement &&
      (focusedElement.contains(topElement) || topElement.contains(focusedElement))
      ? ''
      : focusedElement.outerHTML;
  });

describe.skipIf(NO_BROWSER)('The option panel of a catalog', () => {
  const scenario = BrowserScenario.forThisFile();

  const openSample = async (size: { width: number; height: number }) => {
    const watchedPage = await WatchedPage.open(scenario.browser, { ...size, reducedMotion: true });
    await watchedPage.page.goto(scenario.url);
    await watchedPage.page.getByRole('button', { name: 'Try the sample' }).click();
    await watchedPage.page.locator('.quality-preview figcaption', { hasText: '→' }).waitFor();
    return watchedPage;
  };

  it.each([{ width: 1280, height: 900 }, { width: 1024, height: 700 }, PHONE])(
    'The option panel of a catalog never hides the focused element behind the button ($width x $height)',
    async (size) => {
      const watchedPage = await openSample(size);
      const { page } = watchedPage;
      await page.getByRole('slider', { name: 'Quality' }).focus();
      for (const key of ['Tab', 'Shift+Tab']) {
        for (let pressCount = 0; pressCount < 9; pressCount += 1) {
          expect(await findHiddenFocus(page)).toBe('');
          await page.keyboard.press(key);
        }
      }
      expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watchedPage.close();
    },
  );

  it('The option panel of a catalog shows nothing below its button', async () => {
    const watchedPage = await openSample({ width: 1024, height: 700 });
    const getBottom = (selector: string) =>
      watchedPage.page
        .locator(selector)
        .evaluate((element) => element.getBoundingClientRect().bottom);
    expect(
      Math.abs((await getBottom('.begin')) - (await getBottom('.options'))),
    ).toBeLessThanOrEqual(1);
    await watchedPage.close();
  });

  it('The option panel of a catalog marks an invalid field without sending it to the server', async () => {
    const watchedPage = await openSample({ width: 1024, height: 700 });
    const { page } = watchedPage;
    const requestBodies: string[] = [];
    page.on('request', (request) => requestBodies.push(request.postData() ?? ''));
    await page.getByLabel('Maximum width in pixels').fill('99999');
    await page.getByText('Enter 1 to 16,384 pixels').waitFor();
    await page.getByRole('button', { name: 'Compress 13 images' }).click();
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    expect(await findHiddenFocus(page)).toBe('');
    await page.locator('.quality-preview[aria-busy=false]').waitFor();
    expect(requestBodies.filter((body) => body.includes('99999'))).toEqual([]);
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });
});
