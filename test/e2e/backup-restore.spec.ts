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

const IMAGES = 24;
const ANSWERED = 9;
/** Starts four processes one after the other, on a machine that runs other tests. */
const HOOK_MS = 300_000;

/** Noise, which differs between images. */
const photo = () =>
  sharp(randomBytes(32 * 32 * 3), { raw: { width: 32, height: 32, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('npm run backup and npm run restore', () => {
  const scenario = Scenario.forThisFile({
    origin: true,
    receiver: true,
    env: { DOWNLOAD_TIMEOUT_SECONDS: '600', IMAGE_URL_TTL: '3600' },
  });
  const held = new HeldResponses();
  let folder: string;
  let restored: TestDatabase;
  let dataDir: string;
  let app: TestApp;
  let [ended, open] = ['', ''];
  let hooks: { ended: WebhookEndpoint; open: WebhookEndpoint };
  let backups: CommandResult[];
  let restoration: CommandResult;

  const csv = (prefix: string, count: number) =>
    [
      'S. No.,Product Name,Input Image Urls',
      ...Array.from(
        { length: count },
        (_, n) => `${n},SKU${n},${scenario.origin.url(`/${prefix}${n}.jpg`)}`,
      ),
    ].join('\n');
  const backUp = () =>
    runCommand(
      'backup',
      folder,
      { DATABASE_URL: scenario.database.url, DATA_DIR: scenario.app.dataDir },
      join(folder, 'backup'),
    );
  const restore = (database: TestDatabase, to: string, ...args: string[]) =>
    runCommand(
      'restore',
      folder,
      { DATABASE_URL: database.url, DATA_DIR: to },
      join(folder, 'backup'),
      ...args,
    );
  const snapshots = async () => (await readdir(join(folder, 'backup', 'snapshots'))).toSorted();
  const imagesOf = async (on: TestApp, id: string) => {
    const { products } = await on.api.getStatus(id);
    return Promise.all(
      products.map(async ({ images: [{ output_url: url }] }) => {
        const { pathname, search } = new URL(url!);
        const response = await on.api.get(pathname + search);
        expect(response.status).toBe(200);
        return [pathname, Buffer.from(await response.arrayBuffer()).toString('base64')];
      }),
    );
  };

  /**
   * Backs up with one request ended and one halfway, and again when both have ended. Restores the first
   * backup and starts an app on it.
   */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    dataDir = join(folder, 'restored');
    restored = await createEmptyDatabase();
    hooks = { ended: scenario.receiver.addEndpoint(), open: scenario.receiver.addEndpoint() };
    for (let n = 0; n < 3; n += 1) scenario.origin.on(`/a${n}.jpg`, serveFile(await photo()));
    for (let n = 0; n < IMAGES; n += 1) {
      scenario.origin.on(`/b${n}.jpg`, held.behavior(await photo()));
    }
    const { api } = scenario;
    ended = await api.uploadAccepted(csv('a', 3), { webhook_url: hooks.ended.url });
    await api.waitUntilFinal(ended);
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
    open = await api.uploadAccepted(csv('b', IMAGES), { webhook_url: hooks.open.url });
    held.allowResponses(ANSWERED);
    await eventually(
      async () => (await api.getStatus(open, '?limit=0')).progress.completed === ANSWERED,
      { description: 'part of the images to be done' },
    );
    const first = await backUp();
    held.allowResponses(Infinity);
    await api.waitUntilFinal(open, HOOK_MS);
    backups = [first, await backUp()];
    const [name] = await snapshots();
    restoration = await restore(restored, dataDir, '--snapshot', name, '--verify');
    app = await startApp({
      databaseUrl: restored.url,
      redisUrl: (await createRedis()).url,
      dataDir,
      env: {
        OUTBOUND_ALLOW: [scenario.origin.allow, scenario.receiver.allow].join(','),
        IMAGE_URL_TTL: '3600',
      },
    });
    await app.api.waitUntilFinal(open, HOOK_MS);
  }, HOOK_MS);
  afterAll(async () => {
    await app?.stop();
    await restored?.drop();
    await rm(folder, { recursive: true });
  });

  it('npm run backup and npm run restore copy only new images the second time', async () => {
    expect(backups.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(backups[0].stdout).toContain(`${ANSWERED + 3} images (`);
    expect(backups[1].stdout).toMatch(
      new RegExp(`${IMAGES + 3} images .*Copied ${IMAGES - ANSWERED} new images`),
    );
  });

  it('npm run backup and npm run restore restore the first backup to an empty database and folder, and verify it', () => {
    expect(restoration).toMatchObject({ exitCode: 0, stderr: '' });
    expect(restoration.stdout).toContain(`Checked ${ANSWERED + 3} files`);
    expect(restoration.stdout).toContain('All files are present.');
  });

  it('npm run backup and npm run restore continue the open request, and its images equal the original ones', async () => {
    const { progress } = await app.api.getStatus(open, '?limit=0');
    expect(progress).toMatchObject({ completed: IMAGES, failed: 0 });
    expect(await imagesOf(app, open)).toEqual(await imagesOf(scenario.app, open));
    expect(await imagesOf(app, ended)).toEqual(await imagesOf(scenario.app, ended));
    const interruptions = await query(
      restored.url,
      'SELECT 1 FROM images WHERE interruptions > 0 OR attempts > 1',
    );
    expect(interruptions).toEqual([]);
  });

  it('npm run backup and npm run restore keep signed image URLs valid', async () => {
    const { products } = await scenario.api.getStatus(ended);
    const { pathname, search } = new URL(products[0].images[0].output_url!);
    expect((await app.api.get(pathname + search)).status).toBe(200);
    expect((await app.api.get(pathname)).status).toBe(403);
  });

  it('npm run backup and npm run restore send the webhook of the open request, but none that was already delivered', async () => {
    // One is from the original, which also ended the request.
    await eventually(() => hooks.open.calls.length === 2, { description: 'both webhooks' });
    expect(hooks.ended.calls).toHaveLength(1);
  });

  it('npm run backup and npm run restore keep orphan cleanup on', async () => {
    const { body } = await app.api.getJson<{ details: { orphan_cleanup: object } }>(
      '/health/ready',
    );
    expect(body.details.orphan_cleanup).toMatchObject({ enabled: true });
  });

  it('npm run backup and npm run restore name and reject a database or storage that is not empty', async () => {
    const other = await restore(restored, join(folder, 'other'));
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain(
      `The database "${new URL(restored.url).pathname.slice(1)}" is not empty`,
    );

    const empty = await createEmptyDatabase();
    try {
      const run = await restore(empty, dataDir);
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain('The storage is not empty');
    } finally {
      await empty.drop();
    }
  });

  it('npm run backup and npm run restore report a damaged image, restore the others, and resume when interrupted', async () => {
    const files = join(folder, 'backup', 'files');
    const [sub] = (await readdir(files)).toSorted();
    const [name] = await readdir(join(files, sub));
    const path = join(files, sub, name);
    const content = await readFile(path);
    await writeFile(path, 'damaged');
    const database = await createEmptyDatabase();
    const to = join(folder, 'damaged');
    try {
      const run = await restore(database, to);
      expect(run.stdout).toContain('The backup lacks 1 image:');
      expect(run.exitCode).toBe(1);
    } finally {
      await writeFile(path, content);
      await database.drop();
    }
  });
});
