import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { downloadProductFile, dropFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

describe.skipIf(NO_BROWSER)('A catalog on the page', () => {
  const shop = Shop.forThisFile();

  it('A catalog on the page is dropped as CSV, retried for a failed image, and downloaded as CSV', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    const csv = `${await shop.catalog(6)}7,Vase,"${shop.origin.url('/1.jpg')},${shop.origin.url('/gone.jpg')}"\n`;
    await page.goto(shop.url);
    await dropFile(page, 'spring.csv', csv);

    await page.getByRole('heading', { name: 'spring.csv' }).waitFor();
    await page.getByText('CSV file, 7 rows, 8 images', { exact: true }).waitFor();
    expect(await page.getByLabel('Import Product Name as').inputValue()).toBe('product_name');
    await page.locator('.thumbnail img').nth(3).waitFor();

    const quality = page.getByRole('slider', { name: 'Quality' });
    const result = page.locator('.quality-preview figcaption');
    await result.getByText('→').waitFor();
    const before = await result.innerText();
    await quality.fill('15');
    await page.waitForFunction(
      (text) => document.querySelector('.quality-preview figcaption')?.textContent !== text,
      before,
    );
    await page.locator('.quality-preview[aria-busy=false]').waitFor();
    expect(await result.innerText()).not.toBe(before);

    shop.delay = 400;
    await page.getByRole('button', { name: 'Compress 8 images' }).click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    expect(await page.locator('.percent').innerText()).toBe('100 %');
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('100');

    await page.locator('.card img').nth(6).waitFor();
    expect(await page.locator('.card').count()).toBe(7);
    await page.locator('.card', { hasText: 'Product 1' }).click();
    const slider = page.getByRole('slider', { name: /as the original/ });
    await slider.waitFor();
    const readClipPath = () =>
      page
        .locator('.viewer .before')
        .evaluate((image) => getComputedStyle(image).clipPath.replaceAll(/\s+/g, ' '));
    const half = await readClipPath();
    await slider.press('Home');
    expect(await readClipPath()).not.toBe(half);
    await page.getByRole('button', { name: 'Next product' }).click();
    await page.getByRole('heading', { name: /^Product 2/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.viewer').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: /Problems/ }).click();
    await page.getByText('answered 404').click();
    await page.getByRole('cell', { name: 'Vase' }).waitFor();
    shop.origin.on('/gone.jpg', serveFile(await photograph(300, 200).jpeg().toBuffer()));
    await page.getByRole('button', { name: 'Retry 1 image' }).click();
    await page.getByText('Nothing failed.').waitFor();
    expect((await shop.api.waitUntilFinal(id)).progress).toMatchObject({ completed: 8, failed: 0 });

    const download = await downloadProductFile(page);
    expect(download.suggestedFilename()).toBe('spring-compressed.csv');
    const saved = await readFile(await download.path());
    expect(saved.equals(Buffer.from(await shop.api.getText(`/download/${id}`)))).toBe(true);

    const [zip] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Images ZIP' }).click(),
    ]);
    expect(zip.suggestedFilename()).toBe('spring-compressed.zip');
    expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watched.close();
  });

  it('A catalog on the page is checked before the upload, and each problem is shown with its row', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(shop.url);
    await dropFile(
      page,
      'broken.csv',
      'S. No.,Product Name,Input Image Urls\n1,Mug,ftp://shop.example/a.jpg\n2,Cup,\n3,"=1+1",nothing\n',
    );
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch('2 problems to fix');
    expect(await page.getByRole('alert').innerText()).not.toMatch('errors');
    expect(await page.locator('.problems tbody tr').count()).toBe(2);
    expect(await page.locator('.problems tbody tr').first().innerText()).toMatch(/^1\s+2\s/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the problems' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('broken-problems.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\r\n')[1]).toMatch(/^1,2,Input Image Urls,url_scheme,/);
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await page.getByText('Drop your product file here').waitFor();
    await dropFile(page, 'names.csv', 'Weight,Product Name,Input Image Urls\n1,Mug,x\n');
    await page.getByText('1 problem to fix').waitFor();
    expect(watched.unexpectedErrors(/400.*\/upload/)).toEqual([]);
    await watched.close();
  });

  it('A catalog on the page can be the sample catalog, which works without network access', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(shop.url);
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByRole('button', { name: 'Compress 13 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').nth(7).waitFor();

    // The command reads a file that only this page has had so far.
    await page.getByRole('link', { name: 'Setup help' }).click();
    await page.getByText('file=@sample-catalog.csv').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download it' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('sample-catalog.csv');
    expect(await readFile(await download.path(), 'utf8')).toMatch(/^S. No.,Product Name,/);
    expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watched.close();
  });

  it('A catalog on the page can be resumed after a cancellation', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    shop.delay = 3000;
    const id = await shop.api.uploadAccepted(await shop.catalog(40));
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('.head .badge', { hasText: 'Canceled' }).waitFor();
    await page.locator('.progress-line').getByText('of 40 images compressed, ').waitFor();
    await page.getByRole('link', { name: 'Problems' }).click();
    await page.getByRole('heading', { name: / canceled$/ }).waitFor();
    shop.delay = 0;
    await page.getByRole('button', { name: /^Retry \d+ images$/ }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByText('40 of 40 images', { exact: true }).waitFor();
    await page.getByText('Nothing failed.').waitFor();
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });

  it('A catalog on the page is canceled and deleted after a confirmation', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    shop.delay = 3000;
    const id = await shop.api.uploadAccepted(await shop.catalog(60));
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep going' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('.head .badge', { hasText: 'Canceled' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'All catalogs' }).waitFor();
    expect((await shop.api.getJson(`/status/${id}`)).status).toBe(404);
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByRole('heading', { name: 'Catalog not found' }).waitFor();
    expect(watched.unexpectedErrors(/404.*\/requests\//)).toEqual([]);
    await watched.close();
    shop.delay = 0;
  });
});
