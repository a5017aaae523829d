import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  dropFile,
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';
import { readExport, createShopifyExport } from './support/shopify-export.js';

const IMAGE_COLUMNS = ['Image Src', 'Variant Image'];

describe.skipIf(NO_BROWSER)('A Shopify export on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  it('A user compresses a Shopify export and downloads it with replaced links in at most five clicks', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    let clickCount = 0;
    const click = async (target: Locator) => {
      clickCount += 1;
      await target.click();
    };
    const csv = await createShopifyExport(scenario, 4, [
      { Handle: 'vase', Title: 'Vase', 'Image Src': 'vase.jpg', 'Image Position': '1' },
    ]);
    await page.goto(scenario.url);
    await dropFile(page, 'products_export.csv', csv);

    await page
      .getByText('Shopify export, 13 rows, 5 products, 13 images', { exact: true })
      .waitFor();
    await page.getByText(/^Saves about \d+%, takes about/).waitFor();
    await click(page.getByRole('button', { name: 'Skip 1 row and continue' }));
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card', { hasText: 'no image' }).first().waitFor();
    await click(page.getByRole('button', { name: 'Download', exact: true }));
    await page.getByLabel(/ready to import into Shopify/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      click(page.getByRole('button', { name: 'Download file' })),
    ]);
    expect(clickCount).toBeLessThanOrEqual(5);

    const before = readExport(csv);
    const after = readExport(await readFile(await download.path(), 'utf8'));
    expect(Object.keys(after[0])).toEqual(Object.keys(before[0]));
    const removeLinks = (rows: Record<string, string>[]) =>
      rows.map((row) => Object.entries(row).filter(([column]) => !IMAGE_COLUMNS.includes(column)));
    expect(removeLinks(after)).toEqual(removeLinks(before));
    const changedUrls = after.flatMap((row, i) =>
      IMAGE_COLUMNS.filter((column) => row[column] !== before[i][column]).map(
        (column) => row[column],
      ),
    );
    expect(changedUrls).toHaveLength(12);
    for (const url of changedUrls) {
      expect(url).toMatch(/^http:\/\/\S+\/images\//);
      expect((await fetch(url)).headers.get('content-type')).toBe('image/jpeg');
    }
    expect(after.at(-1)!['Image Src']).toBe('vase.jpg');
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('The web page checks a Shopify export again when the user changes the role of a column', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await dropFile(page, 'products_export.csv', await createShopifyExport(scenario, 2));
    await page.getByText('Shopify export, 6 rows, 2 products, 6 images', { exact: true }).waitFor();
    await page.getByRole('img', { name: 'Image Src, sample 1' }).waitFor();

    await page.getByLabel('Import Variant Image as').selectOption('Don’t import');
    await page.getByText('Shopify export, 6 rows, 2 products, 4 images', { exact: true }).waitFor();
    await page.getByLabel('Import Image Src as').selectOption('Don’t import');
    await page.getByText('Choose “Image” for at least one column.').waitFor();
    expect(await page.getByRole('button', { name: /^Compress/ }).isDisabled()).toBe(true);
    await page.getByLabel('Import Image Src as').selectOption('Image');
    await page
      .getByRole('button', { name: 'Compress 4 images' })
      .and(page.locator(':enabled'))
      .waitFor();

    await page.getByText('other columns, not imported').click();
    await page.getByLabel('Import Variant SKU as').selectOption('Serial number');
    expect(await page.getByLabel('Import Handle as').inputValue()).toBe('');
    await page.getByLabel('Import Title as').selectOption('Don’t import');
    await page.locator('.mapping[aria-busy=false]').waitFor();
    expect(await page.getByLabel('Import Title as').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Compress 4 images' }).click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const { products } = await scenario.api.waitUntilFinal(id);
    expect(products[0]).toMatchObject({ serial_number: 'MUG-1-B', product_name: 'MUG-1-B' });
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it.each([
    { name: 'dark theme', appearance: { scheme: 'dark' as const } },
    { name: 'phone', appearance: PHONE },
  ])(
    'The web page lists the problems of a Shopify export without an accessibility violation ($name)',
    async ({ appearance }) => {
      const watchedPage = await WatchedPage.open(scenario.browser, {
        ...appearance,
        reducedMotion: true,
      });
      const { page } = watchedPage;
      const csv = await createShopifyExport(scenario, 1, [
        { Handle: 'vase', Title: 'Vase', 'Image Src': 'vase.jpg' },
        { Handle: 'bowl', Title: 'Bowl', 'Image Src': 'bowl.jpg' },
        { Handle: 'cup', Title: 'Cup', 'Image Src': scenario.origin.url('/cdn/gone.jpg') },
      ]);
      await page.goto(scenario.url);
      await dropFile(page, 'products_export.csv', csv);
      await page.getByRole('button', { name: 'Skip 2 rows and continue' }).waitFor();
      await page.getByText(/^1 of \d sampled links is dead\.$/).waitFor();
      await page.getByRole('cell', { name: 'vase.jpg' }).waitFor();
      await page.getByText('File settings', { exact: true }).click();
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download problems' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('products_export-problems.csv');
      expect(await readFile(await download.path(), 'utf8')).toMatch(/,vase\.jpg\r\n/);
      expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watchedPage.close();
    },
  );
});
