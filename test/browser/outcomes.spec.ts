import { describe, expect, it } from 'vitest';
import { query } from '../support/embedded-servers-fixture.js';
import { type StoredImage, storeRequest } from '../support/stored-request.js';
import { NO_BROWSER, violationsOn, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

/** The artifacts and the sources of stored requests do not exist. */
const NO_FILES = [/404.*\/images\//, /50\d.*\/preview/];

describe.skipIf(NO_BROWSER)('The outcomes of a request', () => {
  const shop = Shop.forThisFile();

  const store = (images: StoredImage[]) =>
    storeRequest(shop.database.url, {
      filename: 'spring.csv',
      rows: images.map((image, at) => ({
        cells: [String(at + 1), `Product ${at + 1}`, ''],
        images: [image],
      })),
    });

  it.each(['light', 'dark'] as const)(
    'The page lists the failures and warnings of a finished request in the %s theme',
    async (scheme) => {
      const url = 'https://shop.example/1.jpg';
      const completed = Array.from({ length: 28 }, () => ({ url }));
      const failed = Array.from({ length: 7 }, () => ({
        url,
        status: 'failed' as const,
        code: 'http_404',
        message: 'The server returned 404 Not Found.',
      }));
      const id = await store([...failed, ...completed]);
      const watched = await WatchedPage.open(shop.browser, { scheme });
      const { page } = watched;
      const warning = { light: 'rgb(128, 86, 10)', dark: 'rgb(239, 195, 115)' }[scheme];
      for (const [address, scope] of [
        [`/r/${id}/problems`, '.request'],
        ['/all', `.request-row[href="/r/${id}"]`],
      ]) {
        await page.goto(shop.url + address);
        const badge = page.locator(`${scope} .badge`);
        await badge.waitFor();
        expect(await badge.innerText()).toBe('Done with 7 failed');
        expect(await badge.evaluate((element) => getComputedStyle(element).color)).toBe(warning);
        expect(await page.locator(`${scope} progress`).getAttribute('class')).toBe('warn');
        expect(await violationsOn(page)).toEqual([]);
      }
      await page.goto(`${shop.url}/r/${id}/problems`);
      await page.getByText('28 of 35 images compressed, 7 failed', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Retry 7 images' }).waitFor();
      expect(watched.unexpectedErrors(...NO_FILES)).toEqual([]);
      await watched.close();
    },
  );

  it('The page uses the same words on each view for files that grew', async () => {
    const grown = { url: 'https://shop.example/1.png', bytesIn: 33_000, bytesOut: 81_300 };
    const id = await store([grown]);
    const set = 'bytes_in = 33000, bytes_out = 81300';
    await query(shop.database.url, `UPDATE processing_requests SET ${set} WHERE id = '${id}'`);
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    const signed = /[-−+±]\s?\d/;

    await page.goto(`${shop.url}/r/${id}`);
    const card = page.locator('.card');
    await card.getByText('146 % larger', { exact: true }).waitFor();
    const figure = page.locator('.progress-panel .figures > div').first();
    expect((await figure.innerText()).split(/\s*\n\s*/)).toEqual([
      'Added',
      '48.3 kB',
      '146 % larger',
    ]);
    await card.click();
    const facts = page.locator('.facts');
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(/Change\s+146 % larger/);
    expect(await page.locator('main').innerText()).not.toMatch(signed);

    await page.goto(`${shop.url}/all`);
    const saved = page.locator(`.request-row[href="/r/${id}"] .saved`);
    await saved.waitFor();
    expect((await saved.innerText()).split(/\s*\n\s*/)).toEqual(['Added 48.3 kB', '146 % larger']);
    expect(watched.unexpectedErrors(...NO_FILES)).toEqual([]);
    await watched.close();
  });
});
