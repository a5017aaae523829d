import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeRequest } from '../support/stored-request.js';
import { downloadProductFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const IMAGE_COUNT = 150;

describe.skipIf(NO_BROWSER)('The view of a running request', () => {
  const scenario = BrowserScenario.forThisFile({ DOWNLOAD_CONCURRENCY_PER_HOST: '4' });
  let watchedPage: WatchedPage;

  beforeEach(async () => {
    watchedPage = await WatchedPage.open(scenario.browser);
    scenario.imageDelayMs = 150;
  });
  afterEach(() => watchedPage.close());

  const getDoneBadge = () => watchedPage.page.locator('.head .badge', { hasText: 'Done' });
  const readPercent = async () =>
    Number((await watchedPage.page.locator('.percent').innerText()).replace(/\D/g, ''));
  const startRequest = async () => {
    const id = await scenario.api.uploadAccepted(await scenario.createCatalog(IMAGE_COUNT));
    await watchedPage.page.goto(`${scenario.url}/r/${id}/figures`);
    await watchedPage.page.waitForFunction(() => {
      const bar = document.querySelector<HTMLProgressElement>('.progress-panel progress');
      return bar !== null && bar.value > 3;
    });
    return id;
  };

  it('The view of a running request continues after a reload', async () => {
    await startRequest();
    await watchedPage.page.reload();
    await watchedPage.page.locator('.percent').waitFor();
    expect(await readPercent()).toBeGreaterThan(0);
    scenario.imageDelayMs = 5;
    await getDoneBadge().waitFor();
    expect(await readPercent()).toBe(100);
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
  });

  it('The view of a running request continues after a server restart', async () => {
    await startRequest();
    await scenario.restartApp(async () => {
      await watchedPage.page.getByText('Pressroom is not responding').waitFor();
    });
    scenario.imageDelayMs = 5;
    await getDoneBadge().waitFor({ timeout: 60_000 });
    expect(await readPercent()).toBe(100);
    expect(await watchedPage.page.getByText('is not responding').count()).toBe(0);
    // The browser logs that the server is unreachable. The page itself must log nothing.
    expect(
      watchedPage.listUnexpectedErrors(
        /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|503.*events/,
      ),
    ).toEqual([]);
  });

  it('The browser reports a truncated download of a product file as failed', async () => {
    const id = await storeRequest(scenario.database.url, { rows: [] });
    const client = new Client({ connectionString: scenario.database.url });
    await client.connect();
    // The table has fewer rows than the request states, so Pressroom aborts the download.
    await client.query('UPDATE processing_requests SET products = 10000 WHERE id = $1', [id]);
    await client.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text, repeat('x', 2000), 'https://a']
       FROM generate_series(1, 9999) n`,
      [id],
    );
    await client.end();
    await watchedPage.page.goto(`${scenario.url}/r/${id}`);
    const download = await downloadProductFile(watchedPage.page);
    expect(await download.failure()).not.toBeNull();
  });

  it('The view of a running request polls when a proxy buffers the events', async () => {
    await watchedPage.page.route('**/events', (route) => route.abort());
    await startRequest();
    await watchedPage.page.getByText('Updates every 2 s').waitFor();
    scenario.imageDelayMs = 5;
    await getDoneBadge().waitFor();
    expect(watchedPage.listUnexpectedErrors(/ERR_FAILED.*events/)).toEqual([]);
  });

  it('The view of a running request does not shift the layout while images end', async () => {
    await startRequest();
    const shifts = await watchedPage.page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const shifts: string[] = [];
          const observer = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
              const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
                value: number;
                hadRecentInput: boolean;
                sources: { node?: Element }[];
              };
              const movedElements = sources.map(({ node }) => node?.outerHTML?.slice(0, 80));
              if (!hadRecentInput) shifts.push(`${value}: ${movedElements.join(' ')}`);
            }
          });
          observer.observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(shifts), 5000);
        }),
    );
    expect(shifts).toEqual([]);
    scenario.imageDelayMs = 5;
    await getDoneBadge().waitFor();
  });
});
