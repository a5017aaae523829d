import { describe, expect, it } from 'vitest';
import { query } from '../support/embedded-servers-fixture.js';
import { type StoredImage, storeRequest } from '../support/stored-request.js';
import { NO_BROWSER, findViolations, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

/** Expected errors, because stored requests have no artifacts and no sources. */
const MISSING_FILE_ERRORS = [/404.*\/images\//, /50\d.*\/preview/];

describe.skipIf(NO_BROWSER)('The outcomes of a request', () => {
  const scenario = BrowserScenario.forThisFile();

  const storeImages = (images: StoredImage[]) =>
    storeRequest(scenario.database.url, {
      filename: 'spring.csv',
      rows: images.map((image, i) => ({
        cells: [String(i + 1), `Product ${i + 1}`, ''],
        images: [image],
      })),
    });

  it.each(['light', 'dark'] as const)(
    'The web page lists the failures and warnings of a finished request in the %s theme',
    async (scheme) => {
      const url = 'https://shop.example/1.jpg';
      const completedImages = Array.from({ length: 28 }, () => ({ url }));
      const failedImages = Array.from({ length: 7 }, () => ({
        url,
        status: 'failed' as const,
        code: 'http_404',
        message: 'The server returned 404 Not Found.',
      }));
      const id = await storeImages([...failedImages, ...completedImages]);
      const watchedPage = await WatchedPage.open(scenario.browser, { scheme });
      const { page } = watchedPage;
      const warning = { light: 'rgb(128, 86, 10)', dark: 'rgb(239, 195, 115)' }[scheme];
      for (const [address, scope] of [
        [`/r/${id}/problems`, '.request'],
        ['/all', `.request-row[href="/r/${id}"]`],
      ]) {
        await page.goto(scenario.url + address);
        const badge = page.locator(`${scope} .badge`);
        await badge.waitFor();
        expect(await badge.innerText()).toBe('Done with 7 failed');
        expect(await badge.evaluate((element) => getComputedStyle(element).color)).toBe(warning);
        expect(await page.locator(`${scope} progress`).getAttribute('class')).toBe('warn');
        expect(await findViolations(page)).toEqual([]);
      }
      await page.goto(`${scenario.url}/r/${id}/problems`);
      await page.getByText('28 of 35 images compressed, 7 failed', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Retry 7 images' }).waitFor();
      expect(watchedPage.listUnexpectedErrors(...MISSING_FILE_ERRORS)).toEqual([]);
      await watchedPage.close();
    },
  );

  it('The web page uses the same words on each view for images that grew', async () => {
    const grownImage = { url: 'https://shop.example/1.png', bytesIn: 33_000, bytesOut: 81_300 };
    const id = await storeImages([grownImage]);
    const assignments = 'bytes_in = 33000, bytes_out = 81300';
    await query(
      scenario.database.url,
      `UPDATE processing_requests SET ${assignments} WHERE id = '${id}'`,
    );
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    const signedNumber = /[-−+±]\s?\d/;

    await page.goto(`${scenario.url}/r/${id}`);
    const card = page.locator('.card');
    await card.getByText('146% larger', { exact: true }).waitFor();
    const savings = page.locator('.progress-panel .statistics > div').first();
    expect((await savings.innerText()).split(/\s*\n\s*/)).toEqual([
      'Added',
      '48.3 kB',
      '146% larger',
    ]);
    await card.click();
    const facts = page.locator('.facts');
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(/Change\s+146% larger/);
    expect(await page.locator('main').innerText()).not.toMatch(signedNumber);

    await page.goto(`${scenario.url}/all`);
    const savedCell = page.locator(`.request-row[href="/r/${id}"] .saved`);
    await savedCell.waitFor();
    expect((await savedCell.innerText()).split(/\s*\n\s*/)).toEqual([
      'Added 48.3 kB',
      '146% larger',
    ]);
    expect(watchedPage.listUnexpectedErrors(...MISSING_FILE_ERRORS)).toEqual([]);
    await watchedPage.close();
  });
});
