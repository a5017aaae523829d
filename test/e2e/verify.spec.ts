import { mkdir, mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { startApp } from '../support/app.js';
import type { StatusBody } from '../support/api-client.js';
import { createDatabase, createEmptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';
import { parseReportLines, runVerify } from '../support/verify.js';

const createPhoto = (red: number) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: red, g: 90, b: 10 } } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('npm run verify with a running app', () => {
  const scenario = Scenario.forThisFile({ origin: true });
  let csv: string;

  beforeAll(async () => {
    for (let n = 0; n < 4; n++)
      scenario.origin.on(`/${n}.jpg`, serveFile(await createPhoto(n * 60)));
    const rows = [0, 1, 2, 3].map((n) => `${n},SKU${n},${scenario.origin.url(`/${n}.jpg`)}`);
    csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
  });

  const verify = (...args: string[]) =>
    runVerify({ dataDir: scenario.app.dataDir, databaseUrl: scenario.database.url }, ...args);
  const pathsOf = ({ products }: StatusBody) =>
    products.map(({ images: [{ output_url }] }) => {
      const name = output_url!.split('/').at(-1)!;
      return join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name);
    });

  it('npm run verify with a running app lists missing and truncated files, and --repair makes the app recreate them', async () => {
    const id = await scenario.api.uploadAccepted(csv);
    const before = await scenario.api.waitUntilFinal(id);
    expect((await verify('--deep')).exitCode).toBe(0);

    const paths = pathsOf(before);
    await unlink(paths[0]);
    await truncate(paths[1], 10);
    const report = await verify('--json');
    expect(report.exitCode).toBe(1);
    const lines = parseReportLines(report);
    expect(
      lines
        .filter(({ type }) => type === 'problem')
        .toSorted((a, b) => Number(a.row) - Number(b.row)),
    ).toMatchObject([
      { problem: 'missing', request_id: id, row: 1, position: 1, found_bytes: null },
      { problem: 'wrong_size', request_id: id, row: 2, position: 1, found_bytes: 10 },
    ]);
    expect(lines.at(-2)).toMatchObject({ type: 'request', request_id: id, missing: 1 });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', files: 4, orphan_cleanup: true });

    const repairRun = await verify('--repair');
    expect(repairRun.stdout).toContain('2 images are pending again.');
    expect(repairRun.exitCode).toBe(0);
    const after = await scenario.api.waitUntilFinal(id);
    expect(after.progress).toMatchObject({ total: 4, completed: 4, failed: 0 });
    expect(pathsOf(after)).toEqual(paths);
    expect(await verify('--deep')).toMatchObject({ exitCode: 0, stderr: '' });
    const [totals] = await query<{ bytes_out: string; sum: string }>(
      scenario.database.url,
      `SELECT bytes_out, (SELECT sum(bytes_out) FROM images) AS sum FROM processing_requests`,
    );
    expect(totals.bytes_out).toBe(totals.sum);
  });

  it('npm run verify with a running app finds no problem after a new upload replaces a truncated file', async () => {
    const [path] = pathsOf(
      await scenario.api.waitUntilFinal(await scenario.api.uploadAccepted(csv)),
    );
    await truncate(path, 10);
    await scenario.api.waitUntilFinal(await scenario.api.uploadAccepted(csv));
    expect((await verify('--deep')).exitCode).toBe(0);
  });

  it('npm run verify with a running app exits with 2 and prints a reason if it cannot verify anything', async () => {
    const { dataDir } = scenario.app;
    const unknownOption = await verify('--depe');
    expect([unknownOption.exitCode, unknownOption.stderr]).toEqual([
      2,
      expect.stringContaining("'--depe'"),
    ]);

    const emptyFolder = await mkdtemp(join(tmpdir(), 'pressroom-verify-'));
    const missingFolder = await runVerify({
      dataDir: emptyFolder,
      databaseUrl: scenario.database.url,
    });
    expect(missingFolder).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching('not exist'),
    });
    const missingDatabase = await runVerify({ dataDir: emptyFolder });
    expect(missingDatabase).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching('no database'),
    });
    await rm(emptyFolder, { recursive: true });

    const emptyDatabase = await createEmptyDatabase();
    const emptySchema = await runVerify({ dataDir, databaseUrl: emptyDatabase.url });
    expect(emptySchema).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^The database schema/),
    });
    await emptyDatabase.drop();

    const unreachableDatabase = await runVerify({
      dataDir,
      databaseUrl: 'postgres://user:hunter2@127.0.0.1:1/x',
    });
    expect(unreachableDatabase).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching("can't be used"),
    });
    expect(unreachableDatabase.stderr).not.toContain('hunter2');
  });
});

describe('npm run verify with the embedded PostgreSQL', () => {
  it('npm run verify with the embedded PostgreSQL uses the server of a running app, or starts the server itself', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'pressroom-verify-'));
    const app = await startApp({ dataDir });
    const runWithApp = await runVerify({ dataDir });
    await app.stop();
    expect(runWithApp).toMatchObject({ exitCode: 0, stderr: '' });
    expect(runWithApp.stdout).toMatch(/^Checked 0 files .*\nAll files are present\.\n$/);

    const runWithoutApp = await runVerify({ dataDir });
    expect(runWithoutApp.stderr).toContain('PostgreSQL is running on');
    expect(runWithoutApp).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching('^Checked 0'),
    });
    await rm(dataDir, { recursive: true });
  });
});

describe('An installation that was restored into another database', () => {
  it('An installation that was restored into another database is ready with orphan cleanup off, and turns it on after the claim file is removed', async () => {
    const database = await createDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'pressroom-restored-'));
    const claimPath = join(dataDir, 'artifacts', '.database');
    await mkdir(join(dataDir, 'artifacts'));
    await writeFile(claimPath, 'another/1\n');
    const app = await startApp({
      databaseUrl: database.url,
      redisUrl: (await createRedis()).url,
      dataDir,
    });
    try {
      const readiness = await app.api.getJson('/health/ready');
      expect(readiness.status).toBe(200);
      expect(readiness.body).toMatchObject({
        details: {
          orphan_cleanup: {
            status: 'up',
            enabled: false,
            message: expect.stringContaining('remove DATA_DIR/artifacts/.database'),
          },
        },
      });
      await unlink(claimPath);
      await eventually(async () => {
        const { body } = await app.api.getJson('/health/ready');
        expect(body).toMatchObject({ details: { orphan_cleanup: { enabled: true } } });
        return true;
      });
    } finally {
      await app.stop();
      await database.drop();
      await rm(dataDir, { recursive: true });
    }
  });
});
