import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../support/catalog.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { buildWorkbook, textRow } from '../support/xlsx-workbook.js';
import {
  downloadProductFile,
  dropFile,
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('Product files other than CSV on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  beforeAll(async () => {
    const photo = await photograph(240, 180).jpeg({ quality: 94 }).toBuffer();
    for (const name of ['mug', 'vase', 'bowl'])
      scenario.origin.on(`/${name}.jpg`, serveFile(photo));
  });

  const getImageUrl = (name: string) => scenario.origin.url(`/${name}.jpg`);
  const createWorkbook = () =>
    buildWorkbook({
      sheets: [
        { name: 'Notes', rows: textRow(1, ['Prices as of May']) },
        {
          name: 'Summer',
          rows:
            textRow(1, ['SKU', 'Name', 'Photo']) + textRow(2, ['A-1', 'Mug', getImageUrl('mug')]),
        },
        {
          name: 'Winter',
          rows:
            textRow(1, ['SKU', 'Name', 'Photo']) +
            textRow(2, ['B-1', 'Vase', getImageUrl('vase')]) +
            textRow(3, ['B-2', 'Bowl', getImageUrl('bowl')]),
        },
      ],
    });

  it('The web page reads the chosen sheet of a workbook, and returns a workbook', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await dropFile(page, 'stock.xlsx', await createWorkbook());
    await page.getByText('Excel file, 1 row, 1 image', { exact: true }).waitFor();
    await page.getByText('File settings', { exact: true }).click();
    const sheet = page.getByLabel('Sheet');
    expect(await sheet.locator('option').allTextContents()).toEqual([
      'Automatic (Summer)',
      'Notes',
      'Summer',
      'Winter',
    ]);
    await sheet.selectOption('Winter');
    await page.getByText('Excel file, 2 rows, 2 images', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Compress 2 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();

    const download = await downloadProductFile(page);
    expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
    const { description, rows } = await readCatalog(await readFile(await download.path()));
    expect(description.header).toEqual(['SKU', 'Name', 'Photo', 'Output Image Urls']);
    expect(rows.map(({ serialNumber }) => serialNumber)).toEqual(['B-1', 'B-2']);
    expect(rows.map(({ cells }) => cells[3])).toEqual([
      expect.stringContaining('/images/'),
      expect.stringContaining('/images/'),
    ]);
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('The web page reads an XML product feed and returns a CSV file', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const feed = `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>
      <item><g:id>A-1</g:id><title>Mug</title><g:image_link>${getImageUrl('mug')}</g:image_link>
      <g:additional_image_link>${getImageUrl('vase')}</g:additional_image_link>
      <g:additional_image_link>${getImageUrl('bowl')}</g:additional_image_link>
      <g:availability>in_stock</g:availability></item></channel></rss>`;
    await page.goto(scenario.url);
    await dropFile(page, 'feed.xml', feed);
    await page
      .getByText('Google Merchant Center export, 1 row, 3 images', { exact: true })
      .waitFor();
    await page.getByText('File settings', { exact: true }).click();
    expect(await page.getByLabel('Header row').count()).toBe(0);
    expect(await page.getByLabel('Encoding').count()).toBe(0);
    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();

    const download = await downloadProductFile(page);
    const { rows } = await readCatalog(await readFile(await download.path()));
    expect(rows[0].images.map(({ url }) => url)).toEqual(
      Array(3).fill(expect.stringContaining('/images/')),
    );
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it.each([
    { name: 'light', appearance: {} },
    { name: 'dark on a phone', appearance: { scheme: 'dark' as const, ...PHONE } },
  ])(
    'The web page lets the user choose the columns of a rejected file ($name)',
    async ({ appearance }) => {
      const watchedPage = await WatchedPage.open(scenario.browser, {
        ...appearance,
        reducedMotion: true,
      });
      const { page } = watchedPage;
      await page.goto(scenario.url);
      await dropFile(page, 'stock.csv', 'SKU,Name,Ref\nA-1,Mug,mug.jpg\nB-1,Vase,vase.jpg\n');
      await page.getByText(/No column contains image URLs/).waitFor();
      expect(await page.getByLabel('Import SKU as').inputValue()).toBe('serial_number');
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);

      await page.getByLabel('Import Ref as').selectOption('Image');
      await page.getByRole('heading', { name: 'Problems found' }).waitFor();
      await page.getByLabel('Image folder').fill(scenario.origin.url('/'));
      await page.getByLabel('Image folder').blur();
      await page.getByText('CSV file, 2 rows, 2 images', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Compress 2 images' }).waitFor();
      expect(watchedPage.listUnexpectedErrors(/400.*\/upload/)).toEqual([]);
      await watchedPage.close();
    },
  );
});
