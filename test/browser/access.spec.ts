import { describe, expect, it } from 'vitest';
import { downloadProductFile, findViolations, NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const KEY = 'a-key-that-is-long-enough-0123456789';

describe.skipIf(NO_BROWSER)('The web page with API_KEYS', () => {
  const scenario = BrowserScenario.forThisFile({ API_KEYS: `shop:${KEY}` });

  it('The web page with API_KEYS asks for the key once and keeps it only for the session', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(`${scenario.url}/all`);
    await page.getByRole('heading', { name: 'Enter your access key' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The key was not accepted.').waitFor();
    await page.getByLabel('API key').fill(KEY);
    await page.keyboard.press('Enter');
    await page.getByText('No catalogs yet.').waitFor();

    await page.getByRole('link', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByRole('button', { name: 'Compress 13 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').first().waitFor();
    const download = await downloadProductFile(page);
    expect(download.suggestedFilename()).toBe('sample-catalog-compressed.csv');
    expect(download.url()).not.toContain(KEY);
    expect(await download.failure()).toBeNull();

    await page.getByRole('button', { name: 'Report' }).click();
    const link = await page.getByLabel('Link to share').inputValue();
    expect(link).not.toContain(KEY);
    const sharedPage = await WatchedPage.open(scenario.browser);
    await sharedPage.page.goto(link);
    await sharedPage.page
      .getByRole('heading', { name: 'Image report: sample-catalog.csv' })
      .waitFor();
    await sharedPage.close();

    await page.reload();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
    expect(watchedPage.listUnexpectedErrors(/401/, /502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });

  it('The web page with API_KEYS lets the user enter the key on each view that requires it', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const dismissDialog = () => page.getByRole('button', { name: 'Not now' }).click();
    const enterKey = () => page.getByRole('button', { name: 'Enter the key' }).click();
    await page.goto(scenario.url);
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await dismissDialog();
    await page.getByText('Access key required.').waitFor();
    expect(await page.getByText('can’t be used').count()).toBe(0);
    expect(await findViolations(page)).toEqual([]);

    await page.getByRole('link', { name: 'All catalogs' }).click();
    await page.getByText('Access key required.').waitFor();
    expect(await page.locator('.plot').count()).toBe(0);
    // The page polls every three seconds, but must not prompt for the key each time.
    await page.waitForResponse((response) => response.url().includes('/requests?'));
    expect(await page.getByRole('dialog').count()).toBe(0);

    await page.getByRole('link', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await enterKey();
    await page.getByLabel('API key').fill(KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'sample-catalog.csv' }).waitFor();
    expect(watchedPage.listUnexpectedErrors(/401/, /502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });
});
