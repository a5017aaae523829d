import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';
import {
  closeContexts,
  NO_BROWSER,
  openBrowser,
  findViolations,
  WatchedPage,
} from './support/browser.js';

describe.skipIf(NO_BROWSER)('A restored installation', () => {
  let browser: Browser;
  let database: TestDatabase;
  let dataDir: string;
  let app: TestApp;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pressroom-restored-'));
    await mkdir(join(dataDir, 'artifacts'));
    await writeFile(join(dataDir, 'artifacts', '.database'), 'another/1\n');
    [browser, database] = await Promise.all([openBrowser(), createDatabase()]);
    const redisUrl = (await createRedis()).url;
    app = await startApp({ databaseUrl: database.url, redisUrl, dataDir });
  });
  afterAll(async () => {
    await closeContexts(browser);
    await app.stop();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  it('Setup help shows that orphan cleanup is off in a restored installation, and names the file to remove', async () => {
    const watchedPage = await WatchedPage.open(browser);
    await watchedPage.page.goto(`${app.url}/help`);
    const notice = watchedPage.page
      .getByRole('status')
      .filter({ hasText: 'Orphan cleanup is off' });
    await notice.waitFor();
    expect(await notice.textContent()).toContain(join(dataDir, 'artifacts', '.database'));
    expect(await findViolations(watchedPage.page)).toEqual([]);
    expect(watchedPage.listUnexpectedErrors()).toEqual([]);
    await watchedPage.close();
  });
});
