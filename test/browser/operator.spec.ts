import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Look, NO_BROWSER, overflow, violationsOn, WatchedPage } from './support/browser.js';
import { LOOKS, SCREENSHOTS } from './support/screenshots.js';
import { Shop } from './support/shop.js';

const OPS = 'ops-key-that-is-long-enough-0123456789';
const SHOP = 'shop-key-that-is-long-enough-0123456789';

describe.skipIf(NO_BROWSER)('The operator page', () => {
  const shop = Shop.forThisFile({ API_KEYS: `shop:${SHOP}`, ADMIN_API_KEY: `ops:${OPS}` });

  const signIn = async (look: Look = {}) => {
    const watched = await WatchedPage.open(shop.browser, { ...look, reducedMotion: true });
    await watched.page.goto(`${shop.url}/operator`);
    await watched.page.getByLabel('Admin key').fill(OPS);
    await watched.page.keyboard.press('Enter');
    await watched.page.getByText('Signed in as ops').waitFor();
    return watched;
  };

  it('The operator page pauses an origin, explains why a request waits, and resumes the origin', async () => {
    const watched = await signIn();
    const { page } = watched;
    const { host } = new URL(shop.origin.url('/'));
    await page.getByRole('button', { name: 'Pause an origin or owner' }).click();
    await page.getByLabel('Host or name of the key').fill(host);
    await page.getByLabel('Reason').fill('The shop moves its server.');
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: `Resume ${host}` }).waitFor();

    const api = shop.api.withKey(SHOP);
    const id = await api.uploadAccepted(await shop.catalog(4));
    await page.getByRole('cell', { name: 'shop', exact: true }).first().waitFor();
    await page.getByLabel('Request id').fill(id);
    const reason = page.locator('[data-code="origin_paused"]');
    // The dispatcher parks the images when their turn comes.
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Find out' }).click();
        return reason.allTextContents();
      })
      .toEqual([`4 images wait because ops paused the origin ${host}: The shop moves its server.`]);
    expect((await api.getStatus(id)).progress).toMatchObject({ completed: 0, failed: 0 });

    const merchant = await WatchedPage.open(shop.browser);
    await merchant.page.goto(`${shop.url}/r/${id}`);
    await merchant.page.getByLabel('API key').fill(SHOP);
    await merchant.page.keyboard.press('Enter');
    await merchant.page
      .getByText(`The administrator paused downloads from ${host}: The shop moves its server.`)
      .waitFor();
    expect(await violationsOn(merchant.page)).toEqual([]);

    await page.getByRole('button', { name: `Resume ${host}` }).click();
    await page.getByText('Nothing is paused.').waitFor();
    await merchant.page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByRole('cell', { name: `Resumed origin ${host}` }).waitFor();
    await page.getByRole('cell', { name: `Paused origin ${host}` }).waitFor();
    expect(watched.unexpectedErrors(/401/)).toEqual([]);
    expect(merchant.unexpectedErrors(/401/)).toEqual([]);
    await merchant.close();
    await watched.close();
  });

  it('The operator page keeps the text in the pause dialog when it renders the dialog again', async () => {
    const watched = await signIn();
    const { page } = watched;
    await page.getByRole('button', { name: 'Pause an origin or owner' }).click();
    const name = page.getByLabel('Host or name of the key');
    await name.fill('no host');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await name.inputValue()).toBe('no host');
    expect(watched.unexpectedErrors(/401/, /400/)).toEqual([]);
    await watched.close();
  });

  it('The operator page rejects a wrong key, stores no key in the browser, and opens the queues', async () => {
    const watched = await WatchedPage.open(shop.browser);
    const { page } = watched;
    await page.goto(`${shop.url}/operator`);
    await page.getByLabel('Admin key').fill(SHOP);
    await page.keyboard.press('Enter');
    await page.getByText('The key was not accepted.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByLabel('Admin key').fill(OPS);
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as ops').waitFor();
    const stored = await page.evaluate(() => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
    ]);
    expect(stored).toEqual([0, 0, '']);

    // Messages of the new tab are read from the context, because the tab may write before the test knows it.
    const problems: string[] = [];
    page.context().on('console', (message) => {
      if (message.type() === 'error' && message.page() !== page) problems.push(message.text());
    });
    const [queues] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open the queues' }).click(),
    ]);
    await queues.getByText('webhooks').first().waitFor();
    expect(problems).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Admin key').waitFor();
    expect(watched.unexpectedErrors(/401/, /403/)).toEqual([]);
    await watched.close();
  });

  it.each(LOOKS)(
    'The operator page is accessible and fits into the window: %s',
    async (look, settings) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      const waiting = 'waiting.example.com';
      await shop.api.withKey(OPS).call('/operator/pauses', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind: 'origin', name: waiting, reason: 'Too many errors.' }),
      });
      const watched = await signIn(settings);
      const { page } = watched;
      await page.getByRole('button', { name: `Resume ${waiting}` }).waitFor();
      await page.getByRole('cell', { name: 'Running' }).first().waitFor();
      await page.getByText('No images are stuck.').waitFor();
      await page.getByRole('heading', { name: 'Cost by owner' }).waitFor();
      await page.screenshot({ path: `${SCREENSHOTS}operator-${look}.png`, fullPage: true });
      expect(await overflow(page)).toBe(0);
      expect(await violationsOn(page)).toEqual([]);
      expect(watched.unexpectedErrors(/401/)).toEqual([]);
      await watched.close();
    },
  );
});
