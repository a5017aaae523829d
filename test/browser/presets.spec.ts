import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import {
  dropFile,
  NO_BROWSER,
  overflow,
  PHONE,
  violationsOn,
  WatchedPage,
} from './support/browser.js';
import { Shop } from './support/shop.js';

const SMALL = 'The image has 320 x 240 pixels; Google requires at least 500 x 500 pixels.';

describe.skipIf(NO_BROWSER)('Marketplaces on the page', () => {
  const shop = Shop.forThisFile({ IMAGE_ATTEMPTS: '1' });
  /** One image that Google accepts, one that is too small, and one that cannot be downloaded. */
  let csv: string;

  beforeAll(async () => {
    const large = await photograph(900, 700).jpeg({ quality: 94 }).toBuffer();
    const small = await photograph(320, 240).jpeg({ quality: 94 }).toBuffer();
    shop.origin.on('/large.jpg', serveFile(large)).on('/small.jpg', serveFile(small));
    const paths = ['/large.jpg', '/small.jpg', '/gone.jpg'];
    const rows = paths.map((path, i) => `${i + 1},P${i + 1},${shop.origin.url(path)}`);
    csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  });

  const openCatalog = async (look: object = {}) => {
    const watched = await WatchedPage.open(shop.browser, { ...look, reducedMotion: true });
    await watched.page.goto(shop.url);
    await watched.page.getByText('Drop your product file here').waitFor();
    await dropFile(watched.page, 'spring.csv', csv);
    await watched.page.getByRole('radio', { name: 'Google' }).waitFor();
    return watched;
  };

  const expectClean = async (page: Page) => {
    expect(await violationsOn(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  };

  it.each([
    ['light', { scheme: 'light' }],
    ['dark', { scheme: 'dark' }],
    ['phone', PHONE],
  ] as const)(
    'A user chooses a marketplace by its card and sees its check and the report (%s)',
    async (_name, look) => {
      const watched = await openCatalog(look);
      const { page } = watched;
      await page.getByRole('radio', { name: 'None' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { name: 'Google Merchant Center requires' }).waitFor();
      await page.getByText('At most 64 megapixels').waitFor();
      await page.getByRole('heading', { name: 'For Google' }).waitFor();
      expect(await page.getByRole('radio', { name: 'WebP' }).count()).toBe(0);
      await expectClean(page);

      await page.reload();
      await page.getByRole('radio', { name: 'Google', checked: true }).waitFor();
      await page.getByRole('button', { name: 'Compress 3 images' }).click();
      const check = page.getByRole('region', { name: 'Google check' });
      await check.getByText('The column “Google check”').waitFor();
      expect(await check.locator('dd').allInnerTexts()).toEqual(['1', '1', '1']);
      await check.getByText('Google requires at least 500 x 500 pixels.').waitFor();
      await page.locator('.card', { hasText: 'P2' }).getByText('failed check').waitFor();
      await expectClean(page);
      await page.locator('.card', { hasText: 'P2' }).click();
      await page.getByText(SMALL).waitFor();
      await expectClean(page);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Report' }).click();
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByText('Link copied.').waitFor();
      await expectClean(page);
      const url = await page.evaluate(() => navigator.clipboard.readText());
      expect(url).toBe(await page.getByRole('link', { name: 'Open report' }).getAttribute('href'));
      await page.goto(url);
      await page.getByRole('heading', { name: 'Image report: spring.csv' }).waitFor();
      await page.getByText('Google requires at least 500 x 500 pixels.').waitFor();
      await expectClean(page);
      expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watched.close();
    },
  );

  it('The page checks images for a marketplace without compressing them', async () => {
    const watched = await openCatalog();
    const { page } = watched;
    await page.getByRole('radio', { name: 'Google' }).check();
    await page.getByRole('radio', { name: 'Check only' }).check();
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'Thorough' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Check 3 images' }).click();
    const check = page.getByRole('region', { name: 'Google check' });
    await check.getByText('Original images').waitFor();
    await check.getByRole('button', { name: 'Download results' }).waitFor();
    expect(await page.getByRole('button', { name: 'Images ZIP' }).count()).toBe(0);
    await page.locator('.card', { hasText: 'P1' }).getByText('passed').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      check.getByRole('button', { name: 'Download results' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    await page.locator('.card', { hasText: 'P2' }).click();
    await page.getByText(SMALL).waitFor();
    await expectClean(page);
    expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watched.close();
  });

  it('The report prints on one page', async () => {
    const id = await shop.api.uploadAccepted(csv, { preset: 'google', audit: 'true' });
    await shop.api.waitUntilFinal(id);
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.context().addInitScript(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', '');
    });
    await page.goto(`${shop.url}/r/${id}`);
    await page.getByRole('button', { name: 'Report' }).click();
    const [report] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Print' }).click(),
    ]);
    await report.locator('html[data-printed]').waitFor();
    const pdf = (await report.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    await watched.close();
  });

  it('An automatic quality is previewed before the upload and shown for each image', async () => {
    const watched = await openCatalog();
    const { page } = watched;
    await page.getByRole('radio', { name: 'Automatic' }).check();
    await page.getByRole('slider', { name: 'Target score' }).fill('60');
    await page.getByText(/^Chosen: quality \d+, score \d/).waitFor();
    await page.getByLabel('Maximum file size (kB)').fill('900');
    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.getByText('automatic quality (score 60), at most 900 kB').waitFor();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card', { hasText: 'P1' }).click();
    await page.getByText(/^quality \d+, score \d/).waitFor();
    expect(watched.unexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watched.close();
  });

  it('An option that the API refuses is marked with its message', async () => {
    const watched = await openCatalog();
    const { page } = watched;
    await page.getByText('Notify another system (webhook)').click();
    const address = page.getByLabel('Webhook address');
    await address.fill('http://10.0.0.7/hook');
    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.locator('#refused-webhook_url').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    expect(await address.evaluate((input) => input === document.activeElement)).toBe(true);
    await expectClean(page);
    await address.fill('');
    expect(await page.locator('#refused-webhook_url').count()).toBe(0);
    expect(watched.unexpectedErrors(/502.*\/preview/, /400.*\/upload/)).toEqual([]);
    await watched.close();
  });
});
