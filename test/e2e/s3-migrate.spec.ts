import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { openSharedBucket } from '../support/s3/shared-bucket.js';
import type { TestBucket } from '../support/s3/test-bucket.js';
import { runVerify } from '../support/verify.js';
import { readZip } from '../support/zip.js';

vi.setConfig({ testTimeout: 180_000 });

const MIGRATE_PATH = fileURLToPath(new URL('../../dist/storage-migrate.js', import.meta.url));
const execute = promisify(execFile);
const IMAGE_COUNT = 20;

describe('npm run storage:migrate', () => {
  let bucket: TestBucket;
  let database: TestDatabase;
  let origin: OriginServer;
  let app: TestApp;
  let dataDir: string;
  let id: string;
  let paths: string[];

  const start = async (env: Record<string, string>) =>
    startApp({
      databaseUrl: database.url,
      redisUrl: (await createRedis()).url,
      dataDir,
      env: { OUTBOUND_ALLOW: origin.allow, ...env },
    });
  const runMigration = (env: Record<string, string>) =>
    execute(process.execPath, [MIGRATE_PATH], {
      cwd: dataDir,
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
    });

  beforeAll(async () => {
    bucket = await openSharedBucket();
    database = await createDatabase();
    origin = await OriginServer.start();
    dataDir = await mkdtemp(join(tmpdir(), 'pressroom-migrate-'));
    const rows = await Promise.all(
      Array.from({ length: IMAGE_COUNT }, async (_, index) => {
        const jpeg = await photograph(100 + index, 80)
          .jpeg({ quality: 95 })
          .toBuffer();
        origin.on(`/${index}.jpg`, serveFile(jpeg));
        return `${index},Lamp ${index},${origin.url(`/${index}.jpg`)}`;
      }),
    );
    app = await start({});
    id = await app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n${rows.join('\n')}`);
    await app.api.waitUntilFinal(id);
    const { products } = await app.api.getStatus(id);
    const images = products.flatMap((product) => product.images);
    paths = images.map(({ output_url }) => new URL(output_url!).pathname);
    await app.stop();
    app = await start({ ...bucket.settings, ...bucket.credentials });
  }, 300_000);
  afterAll(async () => {
    await app.stop();
    await origin.close();
    await database.drop();
    await bucket.close();
    await rm(dataDir, { recursive: true });
  });

  it('npm run storage:migrate refuses to run with STORAGE=disk', async () => {
    await expect(runMigration({})).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^STORAGE: must be s3/),
    });
  });

  it('npm run storage:migrate moves all images while the app serves them, and npm run verify finds them all', async () => {
    const statuses = new Set<number>();
    const abortController = new AbortController();
    const reader = (async () => {
      while (!abortController.signal.aborted) {
        for (const path of paths) {
          const response = await app.api.get(path);
          await response.arrayBuffer();
          statuses.add(response.status);
        }
      }
    })();
    const { stdout } = await runMigration({ ...bucket.settings, ...bucket.credentials });
    abortController.abort();
    await reader;
    expect(stdout).toContain(`Moved ${IMAGE_COUNT} images`);
    expect([...statuses]).toEqual([200]);
    expect(existsSync(join(dataDir, 'artifacts'))).toBe(false);

    const zip = await app.api.get(`/download/${id}/images.zip`);
    expect(readZip(Buffer.from(await zip.arrayBuffer()))).toHaveLength(IMAGE_COUNT);
    const verification = await runVerify(
      { dataDir, databaseUrl: database.url, env: { ...bucket.settings, ...bucket.credentials } },
      '--deep',
    );
    expect(verification.exitCode).toBe(0);
  });

  it('npm run storage:migrate moves nothing the second time', async () => {
    const { stdout } = await runMigration({ ...bucket.settings, ...bucket.credentials });
    expect(stdout).toContain('nothing to move');
  });
});
