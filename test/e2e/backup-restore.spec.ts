import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { HeldResponses } from '../support/held-responses.js';
import { serveFile } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { createRedis } from '../support/redis.js';
import { type CommandResult, runCommand } from '../support/run-command.js';
import { Scenario } from '../support/scenario.js';
import type { WebhookEndpoint } from '../support/webhook-receiver.js';

const IMAGE_COUNT = 24;
const COMPLETED_BEFORE_BACKUP = 9;
/** Leaves time to start four processes one after another while other tests are running. */
const HOOK_TIMEOUT_MS = 300_000;

/** Returns a JPEG of random noise, which is different for each call. */
const createPhoto = () =>
  sharp(randomBytes(32 * 32 * 3), { raw: { width: 32, height: 32, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('npm run backup and npm run restore', () => {
  const scenario = Scenario.forThisFile({
    origin: true,
    receiver: true,
    env: { DOWNLOAD_TIMEOUT_SECONDS: '600', IMAGE_URL_TTL: '3600' },
  });
  const heldResponses = new HeldResponses();
  let folder: string;
  let restoredDatabase: TestDatabase;
  let dataDir: string;
  let restoredApp: TestApp;
  let [endedId, unfinishedId] = ['', ''];
  let hooks: { ended: WebhookEndpoint; unfinished: WebhookEndpoint };
  let backupRuns: CommandResult[];
  let restoreRun: CommandResult;

  const buildCsv = (prefix: string, count: number) =>
    [
      'S. No.,Product Name,Input Image Urls',
      ...Array.from(
        { length: count },
        (_, n) => `${n},SKU${n},${scenario.origin.url(`/${prefix}${n}.jpg`)}`,
      ),
    ].join('\n');
  const runBackup = () =>
    runCommand(
      'backup',
      folder,
      { DATABASE_URL: scenario.database.url, DATA_DIR: scenario.app.dataDir },
      join(folder, 'backup'),
    );
  const runRestore = (database: TestDatabase, targetDir: string, ...args: string[]) =>
    runCommand(
      'restore',
      folder,
      { DATABASE_URL: database.url, DATA_DIR: targetDir },
      join(folder, 'backup'),
      ...args,
    );
  const listSnapshots = async () => (await readdir(join(folder, 'backup', 'snapshots'))).toSorted();
  const downloadImages = async (app: TestApp, id: string) => {
    const { products } = await app.api.getStatus(id);
    return Promise.all(
      products.map(async ({ images: [{ output_url: url }] }) => {
        const { pathname, search } = new URL(url!);
        const response = await app.api.get(pathname + search);
        expect(response.status).toBe(200);
        return [pathname, Buffer.from(await response.arrayBuffer()).toString('base64')];
      }),
    );
  };

  /**
   * Creates one backup while one request has ended and the other is unfinished. Creates another after
   * both have ended. Restores the first backup and starts an app with it.
   */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    dataDir = join(folder, 'restored');
    restoredDatabase = await createEmptyDatabase();
    hooks = { ended: scenario.receiver.addEndpoint(), unfinished: scenario.receiver.addEndpoint() };
    for (let n = 0; n < 3; n += 1) scenario.origin.on(`/a${n}.jpg`, serveFile(await createPhoto()));
    for (let n = 0; n < IMAGE_COUNT; n += 1) {
      scenario.origin.on(`/b${n}.jpg`, heldResponses.behavior(await createPhoto()));
    }
    const { api } = scenario;
    endedId = await api.uploadAccepted(buildCsv('a', 3), { webhook_url: hooks.ended.url });
    await api.waitUntilFinal(endedId);
    await eventually(
      async () =>
        (
          await query<{ status: string }>(
            scenario.database.url,
            'SELECT status FROM webhook_deliveries',
          )
        )[0]?.status === 'delivered',
      { description: 'the webhook to be delivered' },
    );
    unfinishedId = await api.uploadAccepted(buildCsv('b', IMAGE_COUNT), {
      webhook_url: hooks.unfinished.url,
    });
    heldResponses.allowResponses(COMPLETED_BEFORE_BACKUP);
    await eventually(
      async () =>
        (await api.getStatus(unfinishedId, '?limit=0')).progress.completed ===
        COMPLETED_BEFORE_BACKUP,
      { description: 'some images to be completed' },
    );
    const firstBackup = await runBackup();
    heldResponses.allowResponses(Infinity);
    await api.waitUntilFinal(unfinishedId, HOOK_TIMEOUT_MS);
    backupRuns = [firstBackup, await runBackup()];
    const [name] = await listSnapshots();
    restoreRun = await runRestore(restoredDatabase, dataDir, '--snapshot', name, '--verify');
    restoredApp = await startApp({
      databaseUrl: restoredDatabase.url,
      redisUrl: (await createRedis()).url,
      dataDir,
      env: {
        OUTBOUND_ALLOW: [scenario.origin.allow, scenario.receiver.allow].join(','),
        IMAGE_URL_TTL: '3600',
      },
    });
    await restoredApp.api.waitUntilFinal(unfinishedId, HOOK_TIMEOUT_MS);
  }, HOOK_TIMEOUT_MS);
  afterAll(async () => {
    await restoredApp?.stop();
    await restoredDatabase?.drop();
    await rm(folder, { recursive: true });
  });

  it('npm run backup copies only new images the second time', async () => {
    expect(backupRuns.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(backupRuns[0].stdout).toContain(`${COMPLETED_BEFORE_BACKUP + 3} images (`);
    expect(backupRuns[1].stdout).toMatch(
      new RegExp(
        `${IMAGE_COUNT + 3} images .*Copied ${IMAGE_COUNT - COMPLETED_BEFORE_BACKUP} new images`,
      ),
    );
  });

  it('npm run restore restores the first backup to an empty database and folder, and verifies it', () => {
    expect(restoreRun).toMatchObject({ exitCode: 0, stderr: '' });
    expect(restoreRun.stdout).toContain(`Checked ${COMPLETED_BEFORE_BACKUP + 3} files`);
    expect(restoreRun.stdout).toContain('All files are present.');
  });

  it('The restored app completes the unfinished request with the same images as the original app', async () => {
    const { progress } = await restoredApp.api.getStatus(unfinishedId, '?limit=0');
    expect(progress).toMatchObject({ completed: IMAGE_COUNT, failed: 0 });
    expect(await downloadImages(restoredApp, unfinishedId)).toEqual(
      await downloadImages(scenario.app, unfinishedId),
    );
    expect(await downloadImages(restoredApp, endedId)).toEqual(
      await downloadImages(scenario.app, endedId),
    );
    const interruptions = await query(
      restoredDatabase.url,
      'SELECT 1 FROM images WHERE interruptions > 0 OR attempts > 1',
    );
    expect(interruptions).toEqual([]);
  });

  it('The restored app keeps signed image URLs valid', async () => {
    const { products } = await scenario.api.getStatus(endedId);
    const { pathname, search } = new URL(products[0].images[0].output_url!);
    expect((await restoredApp.api.get(pathname + search)).status).toBe(200);
    expect((await restoredApp.api.get(pathname)).status).toBe(403);
  });

  it('The restored app sends the webhook of the unfinished request but does not repeat delivered webhooks', async () => {
    // The original app also completed the request and sent one of the two webhooks.
    await eventually(() => hooks.unfinished.calls.length === 2, {
      description: 'both webhooks to arrive',
    });
    expect(hooks.ended.calls).toHaveLength(1);
  });

  it('The restored app keeps orphan cleanup enabled', async () => {
    const { body } = await restoredApp.api.getJson<{ details: { orphan_cleanup: object } }>(
      '/health/ready',
    );
    expect(body.details.orphan_cleanup).toMatchObject({ enabled: true });
  });

  it('npm run restore rejects a database or storage that is not empty, and names it', async () => {
    const secondRun = await runRestore(restoredDatabase, join(folder, 'other'));
    expect(secondRun.exitCode).toBe(2);
    expect(secondRun.stderr).toContain(
      `The database "${new URL(restoredDatabase.url).pathname.slice(1)}" is not empty`,
    );

    const emptyDatabase = await createEmptyDatabase();
    try {
      const run = await runRestore(emptyDatabase, dataDir);
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain('The storage is not empty');
    } finally {
      await emptyDatabase.drop();
    }
  });

  it('npm run restore reports a damaged image and exits with 1', async () => {
    const files = join(folder, 'backup', 'files');
    const [subfolder] = (await readdir(files)).toSorted();
    const [name] = await readdir(join(files, subfolder));
    const path = join(files, subfolder, name);
    const content = await readFile(path);
    await writeFile(path, 'damaged');
    const database = await createEmptyDatabase();
    const targetDir = join(folder, 'damaged');
    try {
      const run = await runRestore(database, targetDir);
      expect(run.stdout).toContain('Not restored: 1 image, missing or damaged in the backup:');
      expect(run.exitCode).toBe(1);
    } finally {
      await writeFile(path, content);
      await database.drop();
    }
  });
});
