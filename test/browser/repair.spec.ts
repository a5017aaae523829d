import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { sendStatus } from '../support/origin-behaviors.js';
import { NO_BROWSER, findViolations, WatchedPage } from './support/browser.js';
import { BrowserScenario } from './support/browser-scenario.js';

describe.skipIf(NO_BROWSER)('Failed links on the web page', () => {
  const scenario = BrowserScenario.forThisFile();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-repair-'));
    scenario.origin.on('/forbidden.jpg', sendStatus(403));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Opens the problems of a request: two links work, two return 404, and one returns 403. */
  const openProblems = async () => {
    const brokenPaths = ['/gone.jpg', '/gone.jpg', '/forbidden.jpg'];
    const rows = brokenPaths.map(
      (path, i) => `${i + 3},Vase ${i + 1},${scenario.origin.url(path)}\n`,
    );
    const id = await scenario.api.uploadAccepted((await scenario.createCatalog(2)) + rows.join(''));
    await scenario.api.waitUntilFinal(id);
    const watchedPage = await WatchedPage.open(scenario.browser);
    await watchedPage.page.goto(`${scenario.url}/r/${id}/problems`);
    await watchedPage.page.getByRole('heading', { name: '3 images failed' }).waitFor();
    return { id, watchedPage, page: watchedPage.page };
  };

  it('A user replaces a failed link in the list of failures', async () => {
    const { id, watchedPage, page } = await openProblems();
    await page.getByText('returned 404').click();
    await page.getByRole('button', { name: 'Fix link in row 3, image 1' }).click();
    const input = page.getByLabel('New link for row 3, image 1');
    expect(await input.inputValue()).toBe(scenario.origin.url('/gone.jpg'));
    expect(await findViolations(page)).toEqual([]);
    await input.fill(scenario.origin.url('/1.jpg'));
    await input.press('Enter');
    await page.getByRole('heading', { name: '2 images failed' }).waitFor();
    const { progress } = await scenario.api.waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 3, failed: 2 });
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('A user replaces several failed links with a corrected errors file', async () => {
    const { id, watchedPage, page } = await openProblems();
    await page.getByText('Fix many links in a spreadsheet').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download errors file' }).click(),
    ]);
    const errors = await readFile(await download.path(), 'utf8');
    const correctedPath = join(folder, 'corrected.csv');
    await writeFile(correctedPath, errors.replaceAll('/gone.jpg', '/2.jpg'));
    await page.getByLabel('Corrected errors file').setInputFiles(correctedPath);
    await page.getByRole('heading', { name: '1 image failed' }).waitFor();
    expect((await scenario.api.waitUntilFinal(id)).progress).toMatchObject({
      completed: 4,
      failed: 1,
    });
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });

  it('A user retries only the images that failed for one reason', async () => {
    const { id, watchedPage, page } = await openProblems();
    await page.getByText('returned 403').click();
    const goneCount = scenario.origin.countRequests('/gone.jpg');
    const forbiddenCount = scenario.origin.countRequests('/forbidden.jpg');
    await page.getByRole('button', { name: 'Retry only this image' }).click();
    await eventually(() => scenario.origin.countRequests('/forbidden.jpg') > forbiddenCount);
    await scenario.api.waitUntilFinal(id);
    expect(scenario.origin.countRequests('/gone.jpg')).toBe(goneCount);
    await page.getByRole('heading', { name: '3 images failed' }).waitFor();
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });
});
