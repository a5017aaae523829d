import { describe, expect, it } from 'vitest';
import { sendStatus } from '../support/origin-behaviors.js';
import {
  type Appearance,
  NO_BROWSER,
  measureOverflow,
  PHONE,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

const APPEARANCES: [name: string, appearance: Appearance][] = [
  ['light', { scheme: 'light' }],
  ['dark', { scheme: 'dark' }],
  ['phone', { scheme: 'light', ...PHONE }],
];

describe.skipIf(NO_BROWSER)('The notices about a catalog', () => {
  const scenario = BrowserScenario.forThisFile();

  it.each(APPEARANCES)(
    'The notices about a catalog warn about 30 URLs that returned the same image (%s)',
    async (_name, appearance) => {
      await scenario.createCatalog(1);
      const rows = Array.from(
        { length: 30 },
        (_, i) => `${i + 1},Product ${i + 1},${scenario.origin.url(`/1.jpg?product=${i + 1}`)}`,
      );
      const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
      const id = await scenario.api.uploadAccepted(csv);
      await scenario.api.waitUntilFinal(id);
      const watchedPage = await WatchedPage.open(scenario.browser, appearance);
      const { page } = watchedPage;
      await page.goto(`${scenario.url}/r/${id}`);
      const warning = page.getByRole('list', { name: 'Warnings' });
      const host = new URL(scenario.origin.url('/')).host;
      await warning.getByText(`30 different URLs of ${host} returned the same image.`).waitFor();
      const link = warning.getByRole('link', { name: 'Open an example' });
      expect(await link.getAttribute('href')).toBe(scenario.origin.url('/1.jpg?product=1'));
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);
      expect(watchedPage.listUnexpectedErrors()).toEqual([]);
      await watchedPage.close();
    },
  );

  // Runs last, because the app remembers the rate limit of the host.
  it.each(APPEARANCES)(
    'The notices about a catalog show the rate limit of a host and the estimated remaining time (%s)',
    async (_name, appearance) => {
      scenario.origin.on('/limited.jpg', sendStatus(429, { 'retry-after': '60' }));
      const rows = Array.from(
        { length: 40 },
        (_, i) => `${i + 1},Product ${i + 1},${scenario.origin.url(`/limited.jpg?product=${i}`)}`,
      );
      const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
      const id = await scenario.api.uploadAccepted(csv);
      const watchedPage = await WatchedPage.open(scenario.browser, appearance);
      const { page } = watchedPage;
      await page.goto(`${scenario.url}/r/${id}`);
      const hosts = page.getByRole('list', { name: 'Hosts that limit downloads' });
      const host = new URL(scenario.origin.url('/')).host;
      await hosts.getByText(`${host} allows about`).waitFor();
      expect(await hosts.innerText()).toMatch(/ allows about [\d.]+ requests a minute; .+ left\.$/);
      expect(await findViolations(page)).toEqual([]);
      expect(await measureOverflow(page)).toBe(0);
      expect(watchedPage.listUnexpectedErrors()).toEqual([]);
      await scenario.api.call(`/requests/${id}/cancel`, { method: 'POST' });
      await hosts.waitFor({ state: 'detached' });
      await watchedPage.close();
    },
  );
});
