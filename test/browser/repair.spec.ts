import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { sendStatus } from '../support/origin-behaviors.js';
import { NO_BROWSER, violationsOn, WatchedPage } from './support/browser.js';
import { Shop } from './support/shop.js';

describe.skipIf(NO_BROWSER)('Failed links on the page', () => {
  const shop = Shop.forThisFile();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-repair-'));
    shop.origin.on('/forbidden.jpg', sendStatus(403));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Two good images, two links that answer 404 and one that answers 403. */
  const openProblems = async () => {
    const broken = ['/gone.jpg', '/gone.jpg', '/forbidden.jpg'];
    const rows = broken.map((path, at) => `${at + 3},Vase ${at + 1},${shop.origin.url(path)}\n`);
    const id = await shop.api.uploadAccepted((await shop.catalog(2)) + rows.join(''));
    await shop.api.waitUntilFinal(id);
    const watched = await WatchedPage.open(shop.browser);
    await watched.page.goto(`${shop.url}/r/${id}/problems`);
    await watched.page.getByRole('heading', { name: '3 images failed' }).waitFor();
    return { id, watched, page: watched.page };
  };

  it('Failed links on the page can be replaced one by one in the list of failures', async () => {
    const { id, watched, page } = await openProblems();
    await page.getByText('answered 404').click();
    await page.getByRole('button', { name: 'Fix link of row 3, image 1' }).click();
    const input = page.getByLabel('New link for row 3, image 1');
    expect(await input.inputValue()).toBe(shop.origin.url('/gone.jpg'));
    expect(await violationsOn(page)).toEqual([]);
    await input.fill(shop.origin.url('/1.jpg'));
    await input.press('Enter');
    await page.getByRole('heading', { name: '2 images failed' }).waitFor();
    const { progress } = await shop.api.waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 3, failed: 2 });
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });

  it('Failed links on the page can be replaced all at once with a corrected errors file', async () => {
    const { id, watched, page } = await openProblems();
    await page.getByText('Fix many links in a spreadsheet').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download errors file' }).click(),
    ]);
    const errors = await readFile(await download.path(), 'utf8');
    const corrected = join(folder, 'corrected.csv');
    await writeFile(corrected, errors.replaceAll('/gone.jpg', '/2.jpg'));
    await page.getByLabel('Corrected errors file').setInputFiles(corrected);
    await page.getByRole('heading', { name: '1 image failed' }).waitFor();
    expect((await shop.api.waitUntilFinal(id)).progress).toMatchObject({ completed: 4, failed: 1 });
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });

  it('Failed links on the page can be retried for one failure reason', async () => {
    const { id, watched, page } = await openProblems();
    await page.getByText('answered 403').click();
    const before = shop.origin.countRequests('/gone.jpg');
    const forbidden = shop.origin.countRequests('/forbidden.jpg');
    await page.getByRole('button', { name: 'Retry only this image' }).click();
    await eventually(() => shop.origin.countRequests('/forbidden.jpg') > forbidden);
    await shop.api.waitUntilFinal(id);
    expect(shop.origin.countRequests('/gone.jpg')).toBe(before);
    await page.getByRole('heading', { name: '3 images failed' }).waitFor();
    expect(watched.unexpectedErrors()).toEqual([]);
    await watched.close();
  });
});
