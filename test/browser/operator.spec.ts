import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  type Appearance,
  NO_BROWSER,
  measureOverflow,
  findViolations,
  WatchedPage,
} from './support/browser.js';
import { APPEARANCES, SCREENSHOT_FOLDER } from './support/screenshots.js';
import { BrowserScenario } from './support/browser-scenario.js';

const OPERATOR_KEY = 'ops-key-that-is-long-enough-0123456789';
const OWNER_KEY = 'shop-key-that-is-long-enough-0123456789';

describe.skipIf(NO_BROWSER)('The operator page', () => {
  const scenario = BrowserScenario.forThisFile({
    API_KEYS: `shop:${OWNER_KEY}`,
    ADMIN_API_KEY: `ops:${OPERATOR_KEY}`,
  });

  const signIn = async (appearance: Appearance = {}) => {
    const watchedPage = await WatchedPage.open(scenario.browser, {
      ...appearance,
      reducedMotion: true,
    });
    await watchedPage.page.goto(`${scenario.url}/operator`);
    await watchedPage.page.getByLabel('Admin key').fill(OPERATOR_KEY);
    await watchedPage.page.keyboard.press('Enter');
    await watchedPage.page.getByText('Signed in as ops').waitFor();
    return watchedPage;
  };

  it('The operator page pauses an origin, explains why a request is waiting, and resumes the origin', async () => {
    const watchedPage = await signIn();
    const { page } = watchedPage;
    const { host } = new URL(scenario.origin.url('/'));
    await page.getByRole('button', { name: 'Pause an origin or owner' }).click();
    await page.getByLabel('Host or key name').fill(host);
    await page.getByLabel('Reason').fill('The shop is moving its server.');
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: `Resume ${host}` }).waitFor();

    const api = scenario.api.withKey(OWNER_KEY);
    const id = await api.uploadAccepted(await scenario.createCatalog(4));
    await page.getByRole('cell', { name: 'shop', exact: true }).first().waitFor();
    await page.getByLabel('Request ID').fill(id);
    const reason = page.locator('[data-code="origin_paused"]');
    // The images are parked only when the dispatcher reaches them.
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Show reasons' }).click();
        return reason.allTextContents();
      })
      .toEqual([
        `4 images are waiting because ops paused the origin ${host}: The shop is moving its server.`,
      ]);
    expect((await api.getStatus(id)).progress).toMatchObject({ completed: 0, failed: 0 });

    const ownerPage = await WatchedPage.open(scenario.browser);
    await ownerPage.page.goto(`${scenario.url}/r/${id}`);
    await ownerPage.page.getByLabel('API key').fill(OWNER_KEY);
    await ownerPage.page.keyboard.press('Enter');
    await ownerPage.page
      .getByText(`The administrator paused downloads from ${host}: The shop is moving its server.`)
      .waitFor();
    expect(await findViolations(ownerPage.page)).toEqual([]);

    await page.getByRole('button', { name: `Resume ${host}` }).click();
    await page.getByText('Nothing is paused.').waitFor();
    await ownerPage.page.locator('.head .badge', { hasText: 'Done' }).waitFor();
    await page.getByRole('cell', { name: `Resumed origin ${host}` }).waitFor();
    await page.getByRole('cell', { name: `Paused origin ${host}` }).waitFor();
    expect(watchedPage.listUnexpectedErrors(/401/)).toEqual([]);
    expect(ownerPage.listUnexpectedErrors(/401/)).toEqual([]);
    await ownerPage.close();
    await watchedPage.close();
  });

  it('The operator page keeps the text entered in the pause dialog after an error', async () => {
    const watchedPage = await signIn();
    const { page } = watchedPage;
    await page.getByRole('button', { name: 'Pause an origin or owner' }).click();
    const name = page.getByLabel('Host or key name');
    await name.fill('no host');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await name.inputValue()).toBe('no host');
    expect(watchedPage.listUnexpectedErrors(/401/, /400/)).toEqual([]);
    await watchedPage.close();
  });

  it('The operator page rejects a wrong key, stores no key in the browser, and opens the queues', async () => {
    const watchedPage = await WatchedPage.open(scenario.browser);
    const { page } = watchedPage;
    await page.goto(`${scenario.url}/operator`);
    await page.getByLabel('Admin key').fill(OWNER_KEY);
    await page.keyboard.press('Enter');
    await page.getByText('The key was not accepted.').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel('Admin key').fill(OPERATOR_KEY);
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as ops').waitFor();
    const browserStorage = await page.evaluate(() => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
    ]);
    expect(browserStorage).toEqual([0, 0, '']);

    // Listens on the context, because the new tab may log messages before the test knows the tab.
    const consoleErrors: string[] = [];
    page.context().on('console', (message) => {
      if (message.type() === 'error' && message.page() !== page) consoleErrors.push(message.text());
    });
    const [queuesPage] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open the queues' }).click(),
    ]);
    await queuesPage.getByText('webhooks').first().waitFor();
    expect(consoleErrors).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Admin key').waitFor();
    expect(watchedPage.listUnexpectedErrors(/401/, /403/)).toEqual([]);
    await watchedPage.close();
  });

  it.each(APPEARANCES)(
    'The operator page is accessible and fits in the window (%s)',
    async (appearance, settings) => {
      await mkdir(SCREENSHOT_FOLDER, { recursive: true });
      const pausedHost = 'waiting.example.com';
      await scenario.api.withKey(OPERATOR_KEY).call('/operator/pauses', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind: 'origin', name: pausedHost, reason: 'Too many errors.' }),
      });
      const watchedPage = await signIn(settings);
      const { page } = watchedPage;
      await page.getByRole('button', { name: `Resume ${pausedHost}` }).waitFor();
      await page.getByRole('cell', { name: 'Running' }).first().waitFor();
      await page.getByText('No images are stuck.').waitFor();
      await page.getByRole('heading', { name: 'Usage by owner' }).waitFor();
      await page.screenshot({
        path: `${SCREENSHOT_FOLDER}operator-${appearance}.png`,
        fullPage: true,
      });
      expect(await measureOverflow(page)).toBe(0);
      expect(await findViolations(page)).toEqual([]);
      expect(watchedPage.listUnexpectedErrors(/401/)).toEqual([]);
      await watchedPage.close();
    },
  );
});
