import { describe, expect, it } from 'vitest';
import {
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('Several outputs on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  it.each([
    ['light', { scheme: 'light' }],
    ['dark', { scheme: 'dark' }],
    ['phone', PHONE],
  ] as const)(
    'A user chooses several outputs before the upload and sees their sizes afterward (%s)',
    async (_name, appearance) => {
      const watchedPage = await WatchedPage.open(scenario.browser, {
        ...appearance,
        reducedMotion: true,
      });
      const { page } = watchedPage;
      await page.goto(scenario.url);
      await page.getByRole('button', { name: 'Try the sample' }).click();
      await page.getByRole('button', { name: 'Create several outputs' }).click();
      const names = page.getByLabel('Name', { exact: true });
      expect(await names.count()).toBe(2);
      await page.getByRole('button', { name: 'Add output' }).click();
      await names.nth(2).fill('large');
      await page.getByText('Another output has this name').waitFor();
      await names.nth(2).fill('square');
      await page.getByLabel('Format').nth(2).selectOption('webp');
      await page.getByLabel('Fit').nth(2).selectOption('pad');
      await page.getByText('Enter a width and a height').waitFor();
      await page.getByLabel('Width (px)').nth(2).fill('300');
      await page.getByLabel('Height (px)').nth(2).fill('300');
      await page.getByText('Borders, margins and background').nth(2).click();
      await page.getByLabel('Trim uniform borders').nth(2).check();
      await page.getByLabel('Enlarge small images').nth(2).check();
      await page.getByLabel('Margin on each side (%)').nth(2).fill('5');
      await page.getByRole('combobox', { name: 'Background' }).selectOption('color');
      await page.getByLabel('Background color').fill('#ffeedd');
      await page.getByLabel('Add a srcset column').check();
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);

      await page.getByRole('button', { name: 'Compress 13 images' }).click();
      await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
      await page.getByText('outputs large, small, square').waitFor();
      await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
      await page.locator('.card').first().click();
      const rows = page.getByRole('table', { name: 'Outputs' }).getByRole('row');
      await rows.nth(3).getByText('square').waitFor();
      expect(await rows.count()).toBe(4);
      expect(await findViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: /Statistics/ }).click();
      await page.getByRole('cell', { name: 'square' }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);
      expect(watchedPage.listUnexpectedErrors(/404/)).toEqual([]);
      await watchedPage.close();
    },
  );
});
