import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { startApp, type TestApp } from '../support/app.js';
import { type TestDatabase } from '../support/database.js';
import { dumpAndRestore } from '../support/database-dump.js';
import { eventually } from '../support/eventually.js';
import { HeldResponses } from '../support/held-responses.js';
import { query } from '../support/embedded-servers-fixture.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';
import { parseReportLines, runVerify } from '../support/verify.js';

const IMAGE_COUNT = 120;
/** Number of images that each step of the test completes. */
const IMAGES_PER_STEP = 40;

/** Returns a JPEG of random noise, which is different for each call. */
const createPhoto = () =>
  sharp(randomBytes(32 * 32 * 3), { raw: { width: 32, height: 32, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('A backup during processing', () => {
  const scenario = Scenario.forThisFile({ origin: true, env: { DOWNLOAD_TIMEOUT_SECONDS: '600' } });
  let requestId: string;
  let folder: string;
  const heldResponses = new HeldResponses();
  const restoredDatabases: TestDatabase[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    for (let n = 0; n < IMAGE_COUNT; n++) {
      scenario.origin.on(`/${n}.jpg`, heldResponses.behavior(await createPhoto()));
    }
    const rows = Array.from(
      { length: IMAGE_COUNT },
      (_, n) => `${n},SKU${n},${scenario.origin.url(`/${n}.jpg`)}`,
    );
    requestId = await scenario.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );
  });
  afterAll(async () => {
    await Promise.all(restoredDatabases.map((database) => database.drop()));
    await rm(folder, { recursive: true });
  });

  const countCompleted = async (app: TestApp) =>
    (await app.api.getStatus(requestId, '?limit=0')).progress.completed;
  const completeImages = async (count: number) => {
    heldResponses.allowResponses(count);
    await eventually(async () => (await countCompleted(scenario.app)) === count, {
      timeoutMs: 60_000,
    });
  };
  const dumpAndRestoreDatabase = async () => {
    const restoredDatabase = await dumpAndRestore(scenario.database.url);
    restoredDatabases.push(restoredDatabase);
    return restoredDatabase;
  };
  const copyArtifacts = async (name: string) => {
    const dataDir = join(folder, name);
    await cp(join(scenario.app.dataDir, 'artifacts'), join(dataDir, 'artifacts'), {
      recursive: true,
    });
    return dataDir;
  };
  const countArtifacts = async ({ url }: TestDatabase) =>
    (await query<{ n: number }>(url, 'SELECT count(*)::int AS n FROM artifacts'))[0].n;

  it('A backup during processing misses files if the artifacts are copied before the dump', async () => {
    await completeImages(IMAGES_PER_STEP);
    const dataDir = await copyArtifacts('copied first');
    await completeImages(2 * IMAGES_PER_STEP);
    const restoredDatabase = await dumpAndRestoreDatabase();
    const run = await runVerify({ dataDir, databaseUrl: restoredDatabase.url }, '--json');
    expect(parseReportLines(run).at(-1)).toMatchObject({
      files: 2 * IMAGES_PER_STEP,
      problems: { missing: IMAGES_PER_STEP },
    });
    expect(run.exitCode).toBe(1);
  });

  it('A backup during processing contains every referenced file if the database is dumped first, and the restored app completes the request', async () => {
    const restoredDatabase = await dumpAndRestoreDatabase();
    await completeImages(IMAGE_COUNT - IMAGES_PER_STEP / 2);
    const dataDir = await copyArtifacts('dumped first');
    expect(await countArtifacts(restoredDatabase)).toBeGreaterThanOrEqual(2 * IMAGES_PER_STEP);
    expect(await countArtifacts(scenario.database)).toBeGreaterThan(
      await countArtifacts(restoredDatabase),
    );

    const run = await runVerify({ dataDir, databaseUrl: restoredDatabase.url }, '--deep');
    expect(run.stdout).toContain('All files are present.');
    expect(run.stdout).toContain('Orphan cleanup is off');
    expect(run.exitCode).toBe(0);

    heldResponses.allowResponses(Infinity);
    const restoredApp = await startApp({
      databaseUrl: restoredDatabase.url,
      redisUrl: (await createRedis()).url,
      dataDir,
      env: { OUTBOUND_ALLOW: scenario.origin.allow },
    });
    try {
      expect((await restoredApp.api.waitUntilFinal(requestId)).progress).toMatchObject({
        completed: IMAGE_COUNT,
        failed: 0,
      });
      expect((await runVerify({ dataDir, databaseUrl: restoredDatabase.url })).exitCode).toBe(0);
      expect((await readdir(join(dataDir, 'artifacts'))).length).toBeGreaterThan(0);
    } finally {
      await restoredApp.stop();
    }
  });
});
