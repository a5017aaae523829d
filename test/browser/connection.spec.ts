import type { Locator, Page, Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { eventually } from '../support/eventually.js';
import { storeRequest } from '../support/stored-request.js';
import { dropFile, NO_BROWSER, violationsOn, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

const FAILED = { status: 'failed', code: 'http_404', message: 'The server returned 404.' } as const;
const RETRYING = /Retrying automatically/;

describe.skipIf(NO_BROWSER)('The page after a lost connection', () => {
  const shop = Shop.forThisFile();
  let watched: WatchedPage;
  let page: Page;

  beforeEach(async () => {
    watched = await WatchedPage.open(shop.browser);
    page = watched.page;
  });
  afterEach(async () => {
    await watched.close();
    shop.delay = 0;
  });

  const storeFailed = () =>
    storeRequest(shop.database.url, {
      status: 'failed',
      rows: [
        { cells: ['1', 'Mug', ''], images: [{ url: 'https://shop.example/1.jpg', ...FAILED }] },
      ],
    });
  const retryNow = () => page.getByRole('button', { name: 'Retry now' });

  it('The page after a lost connection loads the images of a finished request once the server is back', async () => {
    const id = await storeFailed();
    await page.goto(`${shop.url}/r/${id}/webhook`);
    await page.locator('.head').waitFor();
    await shop.restart(async () => {
      await page
        .getByRole('navigation', { name: /^Parts/ })
        .getByRole('link')
        .first()
        .click();
      await page.getByRole('alert').filter({ hasText: RETRYING }).waitFor();
      expect(await violationsOn(page)).toEqual([]);
    });
    await page.locator('.card .name', { hasText: 'Mug' }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('The page after a lost connection follows a request again after a silent network outage', async () => {
    shop.delay = 400;
    const id = await shop.api.uploadAccepted(await shop.catalog(60));
    await page.route('**/events', (route) => route.abort());
    const silent = deferred();
    await page.goto(`${shop.url}/r/${id}/webhook`);
    await page.getByText('Updates every 2 s').waitFor();
    // Accepted and never answered, as by a router that has lost its state.
    await page.route('**/status/**', () => silent.resolve());
    await silent.promise;
    await page.unroute('**/status/**');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    shop.delay = 0;
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    expect(await page.locator('.percent').innerText()).toBe('100 %');
  });

  it('The page after a lost connection shows the totals once the server answers', async () => {
    await page.route('**/statistics', (route) => route.abort());
    await page.goto(`${shop.url}/all`);
    await page.getByText('Saved by compression, by day.').waitFor();
    await page.unroute('**/statistics');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('in the last 30 days').waitFor();
    expect(await page.getByText('Saved by compression, by day.').count()).toBe(0);
  });

  it('The page after a lost connection retries immediately when it becomes visible', async () => {
    await page.clock.install();
    const inFlight = requestsInFlight(page);
    await page.route('**/requests?*', (route) => route.abort());
    await page.goto(`${shop.url}/all`);
    await stopClockBetweenAttempts(page.getByRole('alert').filter({ hasText: RETRYING }), inFlight);
    await page.unroute('**/requests?*');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByText(RETRYING).count()).toBe(0);
  });

  it('The page after a lost connection retries when the user clicks the button', async () => {
    await page.clock.install();
    const inFlight = requestsInFlight(page);
    await page.route('**/setup', (route) => route.abort());
    await page.goto(`${shop.url}/help`);
    await stopClockBetweenAttempts(retryNow(), inFlight);
    await page.unroute('**/setup');
    await retryNow().click();
    await page.locator('.services .badge.good').nth(3).waitFor();
    expect(await retryNow().count()).toBe(0);
  });

  it('The page after a lost connection shows the preview of an image once the server answers', async () => {
    await page.route('**/preview', (route) => route.abort());
    await page.goto(shop.url);
    await dropFile(page, 'spring.csv', await shop.catalog(1));
    await page.locator('.quality-preview').getByText(RETRYING).waitFor();
    await page.unroute('**/preview');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.quality-preview figcaption', { hasText: '→' }).waitFor();
    await page.locator('.thumbnail img').waitFor();
    expect(await page.getByText(RETRYING).count()).toBe(0);
  });

  it.each([
    ['of an upload', '**/upload', () => dropFile(page, 'spring.csv', 'S. No.\n')],
    ['of the sample', '**/sample/*', () => page.getByText('Try the sample').click()],
  ])(
    'The page after a lost connection offers a manual retry, not an automatic one, after a check %s failed',
    async (_, url, go) => {
      await page.route(url, (route) => route.abort());
      await page.goto(shop.url);
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await go();
      const alert = page.getByRole('alert');
      await alert.getByText('Pressroom is not responding.').waitFor();
      expect(await alert.innerText()).not.toMatch(/retrying|by itself/i);
      await page.unroute(url);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: /spring\.csv|sample-catalog\.csv/ }).waitFor();
    },
  );
});

function requestsInFlight(page: Page): ReadonlySet<Request> {
  const inFlight = new Set<Request>();
  page.on('request', (request) => inFlight.add(request));
  page.on('requestfailed', (request) => inFlight.delete(request));
  page.on('requestfinished', (request) => inFlight.delete(request));
  return inFlight;
}

/**
 * Stops the clock of the page while it shows `notice` and no attempt is under way. From then on no
 * attempt starts by itself.
 */
async function stopClockBetweenAttempts(
  notice: Locator,
  inFlight: ReadonlySet<Request>,
): Promise<void> {
  await notice.waitFor();
  // The jump starts the attempt that falls due in it.
  await notice.page().clock.pauseAt(Date.now() + 60_000);
  await eventually(() => inFlight.size === 0, { description: 'the last attempt' });
  await notice.waitFor();
}
