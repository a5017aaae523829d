import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { dropFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

/** Names of the files that the page keeps in IndexedDB. */
const keptFiles = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const settled = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(asked.error!));
      });
    const database = await settled(indexedDB.open('keyval-store'));
    const store = database.transaction('keyval').objectStore('keyval');
    const kept: { file: File }[] = await settled(store.getAll());
    database.close();
    return kept.map(({ file }) => file.name);
  });

describe.skipIf(NO_BROWSER)('A file on the start view', () => {
  const shop = Shop.forThisFile();

  it('A file on the start view survives reload and back navigation with its options until the upload', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    const csv = (await shop.catalog(3)).replaceAll('Product ', 'Größe ');
    await page.goto(shop.url);
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
    expect(await keptFiles(page)).toEqual(['spring.csv']);

    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    expect(await keptFiles(page)).toEqual([]);
    await page.goBack();
    await page.getByText('Drop your product file here').waitFor();
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });

  it('A file on the start view is discarded when another file is chosen', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(shop.url);
    await dropFile(page, 'spring.csv', await shop.catalog(1));
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await page.getByText('Drop your product file here').waitFor();
    await page.reload();
    await page.getByText('Drop your product file here').waitFor();
    expect(await keptFiles(page)).toEqual([]);
    await watched.close();
  });

  it('A file on the start view is read again with a different header row', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    const csv = `Spring,sale,2026\n${await shop.catalog(2)}`;
    await page.goto(shop.url);
    await dropFile(page, 'spring.csv', csv);
    await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
    await page.getByText('File settings', { exact: true }).click();
    expect(await page.getByLabel('Header row').locator('option:checked').innerText()).toBe(
      'Automatic (Row 2)',
    );
    await page.getByLabel('Header row').selectOption('No header');
    await page.getByText(/^CSV file, 4 rows/).waitFor();
    await watched.close();
  });

  it('The start view accepts a link to a file', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    const csv = Buffer.from(await shop.catalog(2));
    shop.origin.on('/feeds/products.csv', serveFile(csv, { 'content-type': 'text/csv' }));
    await page.goto(shop.url);
    await page.getByLabel('Link to a file or Google Sheet').fill(shop.origin.url('/gone.jpg'));
    await page.getByRole('button', { name: 'Check this link' }).click();
    await page.getByRole('alert').getByText('404').waitFor();
    await page.getByRole('button', { name: 'Choose another file' }).click();
    const link = shop.origin.url('/feeds/products.csv');
    await page.getByLabel('Link to a file or Google Sheet').fill(link);
    await page.keyboard.press('Enter');
    await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Compress 2 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByRole('heading', { name: 'products.csv' }).waitFor();
    expect(watched.unexpectedErrors(/\/upload/)).toEqual([]);
    await watched.close();
  });
});
