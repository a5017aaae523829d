import { describe, expect, it } from 'vitest';
import { sendStatus } from '../support/origin-behaviors.js';
import {
  type Look,
  NO_BROWSER,
  overflow,
  PHONE,
  violationsOn,
  WatchedPage,
} from './support/browser.js';
import { Shop } from './support/shop.js';

const LOOKS: [name: string, look: Look][] = [
  ['light', { scheme: 'light' }],
  ['dark', { scheme: 'dark' }],
  ['phone', { scheme: 'light', ...PHONE }],
];

describe.skipIf(NO_BROWSER)('The notices about a catalog', () => {
  const shop = Shop.forThisFile();

  it.each(LOOKS)(
    'The notices about a catalog show an image that 30 URLs returned (%s)',
    async (_name, look) => {
      await shop.catalog(1);
      const rows = Array.from(
        { length: 30 },
        (_, at) => `${at + 1},Product ${at + 1},${shop.origin.url(`/1.jpg?product=${at + 1}`)}`,
      );
      const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
      const id = await shop.api.uploadAccepted(csv);
      await shop.api.waitUntilFinal(id);
      const watched = await WatchedPage.open(shop.browser, look);
      const { page } = watched;
      await page.goto(`${shop.url}/r/${id}`);
      const warning = page.getByRole('list', { name: 'Warnings' });
      const host = new URL(shop.origin.url('/')).host;
      await warning.getByText(`30 different URLs of ${host} returned the same image.`).waitFor();
      const link = warning.getByRole('link', { name: 'Open an example' });
      expect(await link.getAttribute('href')).toBe(shop.origin.url('/1.jpg?product=1'));
      expect(await violationsOn(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(watched.unexpectedErrors()).toEqual([]);
      await watched.close();
    },
  );

  // Last: what was learned of the host stays.
  it.each(LOOKS)(
    'The notices about a catalog show the rate limit of a host and the remaining time (%s)',
    async (_name, look) => {
      shop.origin.on('/limited.jpg', sendStatus(429, { 'retry-after': '60' }));
      const rows = Array.from(
        { length: 40 },
        (_, at) => `${at + 1},Product ${at + 1},${shop.origin.url(`/limited.jpg?product=${at}`)}`,
      );
      const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
      const id = await shop.api.uploadAccepted(csv);
      const watched = await WatchedPage.open(shop.browser, look);
      const { page } = watched;
      await page.goto(`${shop.url}/r/${id}`);
      const hosts = page.getByRole('list', { name: 'Hosts that limit downloads' });
      const host = new URL(shop.origin.url('/')).host;
      await hosts.getByText(`${host} allows about`).waitFor();
      expect(await hosts.innerText()).toMatch(/ allows about [\d.]+ requests a minute; .+ left\.$/);
      expect(await violationsOn(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(watched.unexpectedErrors()).toEqual([]);
      await shop.api.call(`/requests/${id}/cancel`, { method: 'POST' });
      await hosts.waitFor({ state: 'detached' });
      await watched.close();
    },
  );
});
