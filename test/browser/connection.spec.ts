import type { Locator, Page, Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { eventually } from '../support/eventually.js';
import { storeRequest } from '../support/stored-request.js';
import { dropFile, NO_BROWSER, findViolations, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const FAILED_IMAGE = {
  status: 'failed',
  code: 'http_404',
  message: 'The server returned 404.',
} as const;
const RETRYING_TEXT = /Retrying automatically/;

describe.skipIf(NO_BROWSER)('The web page after a lost connection', () => {
  const scenario = BrowserScenario.forThisFile();
  let watchedPage: WatchedPage;
  let page: Page;

  beforeEach(async () => {
    watchedPage = await WatchedPage.open(scenario.browser);
    page = watchedPage.page;
  });
  afterEach(async () => {
    await watchedPage.close();
    scenario.imageDelayMs = 0;
  });

  const storeFailedRequest = () =>
    storeRequest(scenario.database.url, {
      status: 'failed',
      rows: [
        {
          cells: ['1', 'Mug', ''],
          images: [{ url: 'https://shop.example/1.jpg', ...FAILED_IMAGE }],
        },
      ],
    });
  const getRetryButton = () => page.getByRole('button', { name: 'Retry now' });

  it('The web page after a lost connection loads the images of a finished request when the server is available again', async () => {
    const id = await storeFailedRequest();
    await page.goto(`${scenario.url}/r/${id}/webhook`);
    await page.locator('.head').waitFor();
    await scenario.restartApp(async () => {
      await page
        .getByRole('navigation', { name: /^Sections/ })
        .getByRole('link')
        .first()
        .click();
      await page.getByRole('alert').filter({ hasText: RETRYING_TEXT }).waitFor();
      expect(await findViolations(page)).toEqual([]);
    });
    await page.locator('.card .name', { hasText: 'Mug' }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('The web page after a lost connection resumes watching a request after a silent network outage', async () => {
    scenario.imageDelayMs = 400;
    const id = await scenario.api.uploadAccepted(await scenario.createCatalog(60));
    await page.route('**/events', (route) => route.abort());
    const droppedCall = deferred();
    await page.goto(`${scenario.url}/r/${id}/webhook`);
    await page.getByText('Updates every 2 s').waitFor();
    // The call gets no response, as behind a router that has lost its connection state.
    await page.route('**/status/**', () => droppedCall.resolve());
    await droppedCall.promise;
    await page.unroute('**/status/**');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    scenario.imageDelayMs = 0;
    await page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    expect(await page.locator('.percent').innerText()).toBe('100%');
  });

  it('The web page after a lost connection shows the totals when the server responds again', async () => {
    await page.route('**/statistics', (route) => route.abort());
    await page.goto(`${scenario.url}/all`);
    await page.getByText('Savings from compression, per day.').waitFor();
    await page.unroute('**/statistics');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('in the last 30 days').waitFor();
    expect(await page.getByText('Savings from compression, per day.').count()).toBe(0);
  });

  it('The web page after a lost connection retries immediately when it becomes visible', async () => {
    await page.clock.install();
    const requestsInFlight = trackRequestsInFlight(page);
    await page.route('**/requests?*', (route) => route.abort());
    await page.goto(`${scenario.url}/all`);
    await stopClockBetweenAttempts(
      page.getByRole('alert').filter({ hasText: RETRYING_TEXT }),
      requestsInFlight,
    );
    await page.unroute('**/requests?*');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByText(RETRYING_TEXT).count()).toBe(0);
  });

  it('The web page after a lost connection retries when the user clicks the button', async () => {
    await page.clock.install();
    const requestsInFlight = trackRequestsInFlight(page);
    await page.route('**/setup', (route) => route.abort());
    await page.goto(`${scenario.url}/help`);
    await stopClockBetweenAttempts(getRetryButton(), requestsInFlight);
    await page.unroute('**/setup');
    await getRetryButton().click();
    await page.locator('.services .badge.good').nth(3).waitFor();
    expect(await getRetryButton().count()).toBe(0);
  });

  it('The web page after a lost connection shows the preview of an image when the server responds again', async () => {
    await page.route('**/preview', (route) => route.abort());
    await page.goto(scenario.url);
    await dropFile(page, 'spring.csv', await scenario.createCatalog(1));
    await page.locator('.quality-preview').getByText(RETRYING_TEXT).waitFor();
    await page.unroute('**/preview');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.quality-preview figcaption', { hasText: '→' }).waitFor();
    await page.locator('.thumbnail img').waitFor();
    expect(await page.getByText(RETRYING_TEXT).count()).toBe(0);
  });

  it.each([
    ['an uploaded file', '**/upload', () => dropFile(page, 'spring.csv', 'S. No.\n')],
    ['the sample', '**/sample/*', () => page.getByText('Try the sample').click()],
  ])(
    'The web page after a lost connection offers only a manual retry after a failed check of %s',
    async (_, urlPattern, startCheck) => {
      await page.route(urlPattern, (route) => route.abort());
      await page.goto(scenario.url);
      await page.getByRole('button', { name: 'Choose a file' }).waitFor();
      await startCheck();
      const alert = page.getByRole('alert');
      await alert.getByText('Pressroom is not responding.').waitFor();
      expect(await alert.innerText()).not.toMatch(/retrying|by itself/i);
      await page.unroute(urlPattern);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: /spring\.csv|sample-catalog\.csv/ }).waitFor();
    },
  );
});

function trackRequestsInFlight(page: Page): ReadonlySet<Request> {
  const requestsInFlight = new Set<Request>();
  page.on('request', (request) => requestsInFlight.add(request));
  page.on('requestfailed', (request) => requestsInFlight.delete(request));
  page.on('requestfinished', (request) => requestsInFlight.delete(request));
  return requestsInFlight;
}

/**
 * Stops the page's clock while the page shows `notice` and no attempt is in progress. After that, no attempt
 * starts automatically.
 */
async function stopClockBetweenAttempts(
  notice: Locator,
  requestsInFlight: ReadonlySet<Request>,
): Promise<void> {
  await notice.waitFor();
  // Jumping ahead starts the attempt that becomes due.
  await notice.page().clock.pauseAt(Date.now() + 60_000);
  await eventually(() => requestsInFlight.size === 0, { description: 'the last attempt' });
  await notice.waitFor();
}
