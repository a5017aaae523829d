import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeRequest } from '../support/stored-request.js';
import { downloadProductFile, NO_BROWSER, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

const IMAGES = 150;

describe.skipIf(NO_BROWSER)('The view of a running request', () => {
  const shop = Shop.forThisFile({ DOWNLOAD_CONCURRENCY_PER_HOST: '4' });
  let watched: WatchedPage;

  beforeEach(async () => {
    watched = await WatchedPage.open(shop.browser);
    shop.delay = 150;
  });
  afterEach(() => watched.close());

  const done = () => watched.page.locator('.head .badge', { hasText: 'Done' });
  const percent = async () =>
    Number((await watched.page.locator('.percent').innerText()).replace(/\D/g, ''));
  const begin = async () => {
    const id = await shop.api.uploadAccepted(await shop.catalog(IMAGES));
    await watched.page.goto(`${shop.url}/r/${id}/figures`);
    await watched.page.waitForFunction(() => {
      const bar = document.querySelector<HTMLProgressElement>('.progress-panel progress');
      return bar !== null && bar.value > 3;
    });
    return id;
  };

  it('The view of a running request continues after a reload', async () => {
    await begin();
    await watched.page.reload();
    await watched.page.locator('.percent').waitFor();
    expect(await percent()).toBeGreaterThan(0);
    shop.delay = 5;
    await done().waitFor();
    expect(await percent()).toBe(100);
    expect(watched.unexpectedErrors()).toEqual([]);
  });

  it('The view of a running request continues after a restart of the server', async () => {
    await begin();
    await shop.restart(async () => {
      await watched.page.getByText('Pressroom is not responding').waitFor();
    });
    shop.delay = 5;
    await done().waitFor({ timeout: 60_000 });
    expect(await percent()).toBe(100);
    expect(await watched.page.getByText('is not responding').count()).toBe(0);
    // The browser reports an unreachable server. The page itself reports nothing.
    expect(
      watched.unexpectedErrors(
        /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|503.*events/,
      ),
    ).toEqual([]);
  });

  it('The view of a running request makes the browser report a truncated download as failed', async () => {
    const id = await storeRequest(shop.database.url, { rows: [] });
    const client = new Client({ connectionString: shop.database.url });
    await client.connect();
    // One row fewer than announced: Pressroom aborts the download at its end.
    await client.query('UPDATE processing_requests SET products = 10000 WHERE id = $1', [id]);
    await client.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text, repeat('x', 2000), 'https://a']
       FROM generate_series(1, 9999) n`,
      [id],
    );
    await client.end();
    await watched.page.goto(`${shop.url}/r/${id}`);
    const download = await downloadProductFile(watched.page);
    expect(await download.failure()).not.toBeNull();
  });

  it('The view of a running request polls when a proxy buffers the events', async () => {
    await watched.page.route('**/events', (route) => route.abort());
    await begin();
    await watched.page.getByText('Updates every 2 s').waitFor();
    shop.delay = 5;
    await done().waitFor();
    expect(watched.unexpectedErrors(/ERR_FAILED.*events/)).toEqual([]);
  });

  it('The view of a running request does not shift the layout while images end', async () => {
    await begin();
    const shifts = await watched.page.evaluate(
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
              const moved = sources.map(({ node }) => node?.outerHTML?.slice(0, 80));
              if (!hadRecentInput) shifts.push(`${value}: ${moved.join(' ')}`);
            }
          });
          observer.observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(shifts), 5000);
        }),
    );
    expect(shifts).toEqual([]);
    shop.delay = 5;
    await done().waitFor();
  });
});
