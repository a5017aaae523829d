import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { dropFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

/** Returns the names of the files that the page stores in IndexedDB. */
const listStoredFiles = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const waitForResult = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error!));
      });
    const database = await waitForResult(indexedDB.open('keyval-store'));
    const store = database.transaction('keyval').objectStore('keyval');
    const storedFiles: { file: File }[] = await waitForResult(store.getAll());
    database.close();
    return storedFiles.map(({ file }) => file.name);
  });

describe.skipIf(NO_BROWSER)('The start view', () => {
  const scenario = BrowserScenario.forThisFile();

  it('The start view keeps a file and its options after a reload and back navigation until the upload', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const csv = (await scenario.createCatalog(3)).replaceAll('Product ', 'Größe ');
    await page.goto(scenario.url);
    await dropFile(page, 'spring.csv', csv);
    await page.getByText('CSV file, 3 rows, 3 images', { exact: true }).waitFor();
    await page.getByText('File settings', { exact: true }).click();
    await page.getByLabel('Encoding').selectOption('windows-1252');
    await page.getByText('GrÃ¶ÃŸe 1').waitFor();
    await page.getByRole('slider', { name: 'Quality' }).fill('33');

    await page.reload();
    await page.getByRole('heading', { name: 'spring.csv' }).waitFor();
    await page.getByText('GrÃ¶ÃŸe 1').waitFor();
    expect(await page.getByRole('slider', { name: 'Quality' }).inputValue()).toBe('33');
    await page.getByRole('link', { name: 'Setup help' }).click();
    await page.getByRole('heading', { name: 'Setup help' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'spring.csv' }).waitFor();
    await page.getByText('File settings', { exact: true }).click();
    await page.getByLabel('Encoding').selectOption('Automatic');
    await page.getByText('Größe 1').waitFor();
    expect(await listStoredFiles(page)).toEqual(['spring.csv']);

    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    expect(await listStoredFiles(page)).toEqual([]);
    await page.goBack();
    await page.getByText('Drop your product file here').waitFor();
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('The start view discards a file when the user chooses another file', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await dropFile(page, 'spring.csv', await scenario.createCatalog(1));
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await page.getByText('Drop your product file here').waitFor();
    await page.reload();
    await page.getByText('Drop your product file here').waitFor();
    expect(await listStoredFiles(page)).toEqual([]);
    await watchedPage.close();
  });

  it('The start view reads a file again when the user changes the header row', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const csv = `Spring,sale,2026\n${await scenario.createCatalog(2)}`;
    await page.goto(scenario.url);
    await dropFile(page, 'spring.csv', csv);
    await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
    await page.getByText('File settings', { exact: true }).click();
    expect(await page.getByLabel('Header row').locator('option:checked').innerText()).toBe(
      'Automatic (Row 2)',
    );
    await page.getByLabel('Header row').selectOption('No header');
    await page.getByText(/^CSV file, 4 rows/).waitFor();
    await watchedPage.close();
  });

  it('The start view accepts a link to a product file', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const csv = Buffer.from(await scenario.createCatalog(2));
    scenario.origin.on('/feeds/products.csv', serveFile(csv, { 'content-type': 'text/csv' }));
    await page.goto(scenario.url);
    await page.getByLabel('Link to a file or Google Sheet').fill(scenario.origin.url('/gone.jpg'));
    await page.getByRole('button', { name: 'Check this link' }).click();
    await page.getByRole('alert').getByText('404').waitFor();
    await page.getByRole('button', { name: 'Choose another file' }).click();
    const link = scenario.origin.url('/feeds/products.csv');
    await page.getByLabel('Link to a file or Google Sheet').fill(link);
    await page.keyboard.press('Enter');
    await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Compress 2 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByRole('heading', { name: 'products.csv' }).waitFor();
    expect(watchedPage.listUnexpectedErrors(/\/upload/)).toEqual([]);
    await watchedPage.close();
  });
});
