import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { downloadProductFile, dropFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('A catalog on the web page', () => {
  const scenario = BrowserScenario.forThisFile();

  it('A user drops a CSV file, retries a failed image and downloads the CSV file', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const csv = `${await scenario.createCatalog(6)}7,Vase,"${scenario.origin.url('/1.jpg')},${scenario.origin.url('/gone.jpg')}"\n`;
    await page.goto(scenario.url);
    await dropFile(page, 'spring.csv', csv);

    await page.getByRole('heading', { name: 'spring.csv' }).waitFor();
    await page.getByText('CSV file, 7 rows, 8 images', { exact: true }).waitFor();
    expect(await page.getByLabel('Import Product Name as').inputValue()).toBe('product_name');
    await page.locator('.thumbnail img').nth(3).waitFor();

    const quality = page.getByRole('slider', { name: 'Quality' });
    const caption = page.locator('.quality-preview figcaption');
    await caption.getByText('→').waitFor();
    const previousText = await caption.innerText();
    await quality.fill('15');
    await page.waitForFunction(
      (text) => document.querySelector('.quality-preview figcaption')?.textContent !== text,
      previousText,
    );
    await page.locator('.quality-preview[aria-busy=false]').waitFor();
    expect(await caption.innerText()).not.toBe(previousText);

    scenario.imageDelayMs = 400;
    await page.getByRole('button', { name: 'Compress 8 images' }).click();
    await page.waitForURL(/\/r\/[0-9a-f-]{36}$/);
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    expect(await page.locator('.percent').innerText()).toBe('100%');
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
    const initialClipPath = await readClipPath();
    await slider.press('Home');
    expect(await readClipPath()).not.toBe(initialClipPath);
    await page.getByRole('button', { name: 'Next product' }).click();
    await page.getByRole('heading', { name: /^Product 2/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.viewer').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: /Problems/ }).click();
    await page.getByText('returned 404').click();
    await page.getByRole('cell', { name: 'Vase' }).waitFor();
    scenario.origin.on('/gone.jpg', serveFile(await photograph(300, 200).jpeg().toBuffer()));
    await page.getByRole('button', { name: 'Retry 1 image' }).click();
    await page.getByText('No images failed.').waitFor();
    expect((await scenario.api.waitUntilFinal(id)).progress).toMatchObject({
      completed: 8,
      failed: 0,
    });

    const download = await downloadProductFile(page);
    expect(download.suggestedFilename()).toBe('spring-compressed.csv');
    const savedFile = await readFile(await download.path());
    expect(savedFile.equals(Buffer.from(await scenario.api.getText(`/download/${id}`)))).toBe(true);

    const [zip] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Images ZIP' }).click(),
    ]);
    expect(zip.suggestedFilename()).toBe('spring-compressed.zip');
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });

  it('The web page checks a catalog before the upload and shows each problem with its row', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
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
      page.getByRole('button', { name: 'Download problems' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('broken-problems.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\r\n')[1]).toMatch(/^1,2,Input Image Urls,url_scheme,/);
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await page.getByText('Drop your product file here').waitFor();
    await dropFile(page, 'names.csv', 'Weight,Product Name,Input Image Urls\n1,Mug,x\n');
    await page.getByText('1 problem to fix').waitFor();
    expect(watchedPage.listUnexpectedErrors(/400.*\/upload/)).toEqual([]);
    await watchedPage.close();
  });

  it('The sample catalog works without network access', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(scenario.url);
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByRole('button', { name: 'Compress 13 images' }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card img').nth(7).waitFor();

    // The command reads a file that exists only in the page.
    await page.getByRole('link', { name: 'Setup help' }).click();
    await page.getByText('file=@sample-catalog.csv').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download it' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('sample-catalog.csv');
    expect(await readFile(await download.path(), 'utf8')).toMatch(/^S. No.,Product Name,/);
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });

  it('A user resumes a canceled request', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    scenario.imageDelayMs = 3000;
    const id = await scenario.api.uploadAccepted(await scenario.createCatalog(40));
    await page.goto(`${scenario.url}/r/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.head .badge', { hasText: 'Canceled' }).waitFor();
    await page.locator('.progress-line').getByText('of 40 images compressed, ').waitFor();
    await page.getByRole('link', { name: 'Problems' }).click();
    await page.getByRole('heading', { name: / canceled$/ }).waitFor();
    scenario.imageDelayMs = 0;
    await page.getByRole('button', { name: /^Retry \d+ images$/ }).click();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByText('40 of 40 images', { exact: true }).waitFor();
    await page.getByText('No images failed.').waitFor();
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('A user cancels and deletes a request after confirmation', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    scenario.imageDelayMs = 3000;
    const id = await scenario.api.uploadAccepted(await scenario.createCatalog(60));
    await page.goto(`${scenario.url}/r/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep going' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.head .badge', { hasText: 'Canceled' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'All catalogs' }).waitFor();
    expect((await scenario.api.getJson(`/status/${id}`)).status).toBe(404);
    await page.goto(`${scenario.url}/r/${id}`);
    await page.getByRole('heading', { name: 'Catalog not found' }).waitFor();
    expect(watchedPage.listUnexpectedErrors(/404.*\/requests\//)).toEqual([]);
    await watchedPage.close();
    scenario.imageDelayMs = 0;
  });
});
