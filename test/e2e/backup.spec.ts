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

const IMAGES = 120;
/** The origin answers for so many images before each release. */
const STEP = 40;

/** Noise, which differs between images. */
const photo = () =>
  sharp(randomBytes(32 * 32 * 3), { raw: { width: 32, height: 32, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('A backup during processing', () => {
  const scenario = Scenario.forThisFile({ origin: true, env: { DOWNLOAD_TIMEOUT_SECONDS: '600' } });
  let requestId: string;
  let folder: string;
  const held = new HeldResponses();
  const restoredDatabases: TestDatabase[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    for (let n = 0; n < IMAGES; n++) {
      scenario.origin.on(`/${n}.jpg`, held.behavior(await photo()));
    }
    const rows = Array.from(
      { length: IMAGES },
      (_, n) => `${n},SKU${n},${scenario.origin.url(`/${n}.jpg`)}`,
    );
    requestId = await scenario.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );
  });
  afterAll(async () => {
    await Promise.all(restoredDatabases.map((one) => one.drop()));
    await rm(folder, { recursive: true });
  });

  const completedOf = async (on: TestApp) =>
    (await on.api.getStatus(requestId, '?limit=0')).progress.completed;
  const workUntil = async (n: number) => {
    held.allowResponses(n);
    await eventually(async () => (await completedOf(scenario.app)) === n, { timeoutMs: 60_000 });
  };
  const dump = async () => {
    const restored = await dumpAndRestore(scenario.database.url);
    restoredDatabases.push(restored);
    return restored;
  };
  const copyArtifacts = async (name: string) => {
    const dataDir = join(folder, name);
    await cp(join(scenario.app.dataDir, 'artifacts'), join(dataDir, 'artifacts'), {
      recursive: true,
    });
    return dataDir;
  };
  const artifactsIn = async ({ url }: TestDatabase) =>
    (await query<{ n: number }>(url, 'SELECT count(*)::int AS n FROM artifacts'))[0].n;

  it('A backup during processing misses files if the artifacts are copied before the dump', async () => {
    await workUntil(STEP);
    const dataDir = await copyArtifacts('copied first');
    await workUntil(2 * STEP);
    const restored = await dump();
    const run = await runVerify({ dataDir, databaseUrl: restored.url }, '--json');
    expect(parseReportLines(run).at(-1)).toMatchObject({
      files: 2 * STEP,
      problems: { missing: STEP },
    });
    expect(run.exitCode).toBe(1);
  });

  it('A backup during processing contains every file of its rows if the dump comes first, and the restored app completes the work', async () => {
    const restored = await dump();
    await workUntil(IMAGES - STEP / 2);
    const dataDir = await copyArtifacts('dumped first');
    expect(await artifactsIn(restored)).toBeGreaterThanOrEqual(2 * STEP);
    expect(await artifactsIn(scenario.database)).toBeGreaterThan(await artifactsIn(restored));

    const run = await runVerify({ dataDir, databaseUrl: restored.url }, '--deep');
    expect(run.stdout).toContain('All files are present.');
    expect(run.stdout).toContain('Orphan cleanup is off');
    expect(run.exitCode).toBe(0);

    held.allowResponses(Infinity);
    const restoredApp = await startApp({
      databaseUrl: restored.url,
      redisUrl: (await createRedis()).url,
      dataDir,
      env: { OUTBOUND_ALLOW: scenario.origin.allow },
    });
    try {
      expect((await restoredApp.api.waitUntilFinal(requestId)).progress).toMatchObject({
        completed: IMAGES,
        failed: 0,
      });
      expect((await runVerify({ dataDir, databaseUrl: restored.url })).exitCode).toBe(0);
      expect((await readdir(join(dataDir, 'artifacts'))).length).toBeGreaterThan(0);
    } finally {
      await restoredApp.stop();
    }
  });
});
