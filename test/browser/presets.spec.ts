import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import {
  dropFile,
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const TOO_SMALL_MESSAGE =
  'The image is 320 x 240 pixels; Google requires at least 500 x 500 pixels.';

describe.skipIf(NO_BROWSER)('Marketplaces on the web page', () => {
  const scenario = BrowserScenario.forThisFile({ IMAGE_ATTEMPTS: '1' });
  /** Catalog with an image that Google accepts, an image that is too small, and an image that cannot be downloaded. */
  let csv: string;

  beforeAll(async () => {
    const largeImage = await photograph(900, 700).jpeg({ quality: 94 }).toBuffer();
    const smallImage = await photograph(320, 240).jpeg({ quality: 94 }).toBuffer();
    scenario.origin.on('/large.jpg', serveFile(largeImage)).on('/small.jpg', serveFile(smallImage));
    const paths = ['/large.jpg', '/small.jpg', '/gone.jpg'];
    const rows = paths.map((path, i) => `${i + 1},P${i + 1},${scenario.origin.url(path)}`);
    csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  });

  const openCatalog = async (appearance: object = {}) => {
    const watchedPage = await WatchedPage.open(scenario.browser, {
      ...appearance,
      reducedMotion: true,
    });
    await watchedPage.page.goto(scenario.url);
    await watchedPage.page.getByText('Drop your product file here').waitFor();
    await dropFile(watchedPage.page, 'spring.csv', csv);
    await watchedPage.page.getByRole('radio', { name: 'Google' }).waitFor();
    return watchedPage;
  };

  const expectAccessible = async (page: Page) => {
    expect(await findViolations(page)).toEqual([]);
    expect(await measureOverflow(page)).toBe(0);
  };

  it.each([
    ['light', { scheme: 'light' }],
    ['dark', { scheme: 'dark' }],
    ['phone', PHONE],
  ] as const)(
    'A user chooses a marketplace and sees the check results and the report (%s)',
    async (_name, appearance) => {
      const watchedPage = await openCatalog(appearance);
      const { page } = watchedPage;
      await page.getByRole('radio', { name: 'None' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('heading', { name: 'Google Merchant Center requires' }).waitFor();
      await page.getByText('At most 64 megapixels').waitFor();
      await page.getByRole('heading', { name: 'For Google' }).waitFor();
      expect(await page.getByRole('radio', { name: 'WebP' }).count()).toBe(0);
      await expectAccessible(page);

      await page.reload();
      await page.getByRole('radio', { name: 'Google', checked: true }).waitFor();
      await page.getByRole('button', { name: 'Compress 3 images' }).click();
      const check = page.getByRole('region', { name: 'Google check' });
      await check.getByText('The column “Google check”').waitFor();
      expect(await check.locator('dd').allInnerTexts()).toEqual(['1', '1', '1']);
      await check.getByText('Google requires at least 500 x 500 pixels.').waitFor();
      await page.locator('.card', { hasText: 'P2' }).getByText('failed the check').waitFor();
      await expectAccessible(page);
      await page.locator('.card', { hasText: 'P2' }).click();
      await page.getByText(TOO_SMALL_MESSAGE).waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Report' }).click();
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByText('Link copied.').waitFor();
      await expectAccessible(page);
      const url = await page.evaluate(() => navigator.clipboard.readText());
      expect(url).toBe(await page.getByRole('link', { name: 'Open report' }).getAttribute('href'));
      await page.goto(url);
      await page.getByRole('heading', { name: 'Image report: spring.csv' }).waitFor();
      await page.getByText('Google requires at least 500 x 500 pixels.').waitFor();
      await expectAccessible(page);
      expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
      await watchedPage.close();
    },
  );

  it('The web page checks images for a marketplace without compressing them', async () => {
    const watchedPage = await openCatalog();
    const { page } = watchedPage;
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
    await page.getByText(TOO_SMALL_MESSAGE).waitFor();
    await expectAccessible(page);
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });

  it('The report fits on one printed page', async () => {
    const id = await scenario.api.uploadAccepted(csv, { preset: 'google', audit: 'true' });
    await scenario.api.waitUntilFinal(id);
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.context().addInitScript(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', '');
    });
    await page.goto(`${scenario.url}/r/${id}`);
    await page.getByRole('button', { name: 'Report' }).click();
    const [reportPage] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Print' }).click(),
    ]);
    await reportPage.locator('html[data-printed]').waitFor();
    const pdf = (await reportPage.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    await watchedPage.close();
  });

  it('The web page shows the automatic quality in the preview and for each compressed image', async () => {
    const watchedPage = await openCatalog();
    const { page } = watchedPage;
    await page.getByRole('radio', { name: 'Automatic' }).check();
    await page.getByRole('slider', { name: 'Target score' }).fill('60');
    await page.getByText(/^Chosen: quality \d+, score \d/).waitFor();
    await page.getByLabel('Maximum file size (kB)').fill('900');
    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.getByText('automatic quality (score 60), at most 900 kB').waitFor();
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.locator('.card', { hasText: 'P1' }).click();
    await page.getByText(/^quality \d+, score \d/).waitFor();
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/)).toEqual([]);
    await watchedPage.close();
  });

  it('The web page marks an option that the API rejects and shows the error message', async () => {
    const watchedPage = await openCatalog();
    const { page } = watchedPage;
    await page.getByText('Notify another system (webhook)').click();
    const urlField = page.getByLabel('Webhook URL');
    await urlField.fill('http://10.0.0.7/hook');
    await page.getByRole('button', { name: 'Compress 3 images' }).click();
    await page.locator('#error-webhook_url').waitFor();
    expect(await urlField.getAttribute('aria-invalid')).toBe('true');
    expect(await urlField.evaluate((input) => input === document.activeElement)).toBe(true);
    await expectAccessible(page);
    await urlField.fill('');
    expect(await page.locator('#error-webhook_url').count()).toBe(0);
    expect(watchedPage.listUnexpectedErrors(/502.*\/preview/, /400.*\/upload/)).toEqual([]);
    await watchedPage.close();
  });
});
