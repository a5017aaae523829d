import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackupFixture, IMAGE_COUNT } from '../../../test/support/backup-fixture.js';
import { query } from '../../../test/support/embedded-servers-fixture.js';
import { migrations } from '../../platform/database/migrations/index.js';
import type { OpenDataSource } from './restore-backup.js';

const backups = BackupFixture.forThisFile();

/** Makes a restore fail at the n-th connection pool that it opens, before the migrations. */
const failAtPool = (n: number, open: OpenDataSource): OpenDataSource => {
  let openedCount = 0;
  return async (isIncluded) => {
    const dataSource = await open(isIncluded);
    openedCount += 1;
    if (openedCount === n) {
      dataSource.driver.createQueryRunner = () => {
        throw new Error('interrupted');
      };
    }
    return dataSource;
  };
};
const countImages = async (url: string, schema = 'public') => {
  const [{ n }] = await query<{ n: number }>(
    url,
    `SELECT count(*)::int AS n FROM ${schema}.images WHERE request_id = '${backups.requestId}'`,
  );
  return n;
};

describe('restoreBackup()', () => {
  let rowCount: number;
  beforeAll(async () => {
    const { manifest } = await backups.backUp('backup');
    rowCount = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  });

  it('restoreBackup() returns the numbers of database rows and stored images', async () => {
    const { url, open } = await backups.createDatabase();
    const result = await backups.restore('backup', await backups.openDisk('all-data'), open);
    expect(result).toMatchObject({
      fileCount: IMAGE_COUNT,
      lostImages: [],
      rowCount,
      isOrphanCleanupOn: true,
    });
    expect(await query(url, `SELECT to_regclass('restore_progress') AS progress`)).toEqual([
      { progress: null },
    ]);
  });

  it.each([
    [1, 'between images and rows'],
    [2, 'between rows and later migrations'],
  ])(
    'restoreBackup() resumes without temporary files after an interruption at connection pool %i (%s)',
    async (n) => {
      const { url, open } = await backups.createDatabase();
      const name = `interrupted-${n}-data`;
      const store = await backups.openDisk(name);
      await expect(backups.restore('backup', store, failAtPool(n, open))).rejects.toThrow(
        'interrupted',
      );
      for (const entry of await readdir(backups.pathOf(name))) {
        if (entry !== 'artifacts') await rm(join(backups.pathOf(name), entry), { recursive: true });
      }
      const reopenedStore = await backups.openDisk(name);
      expect(await backups.restore('backup', reopenedStore, open)).toMatchObject({
        fileCount: IMAGE_COUNT,
        lostImages: [],
      });
      expect(await countImages(url)).toBe(IMAGE_COUNT);
    },
  );

  it('restoreBackup() resumes an interrupted restore only with the same database and storage', async () => {
    const { open } = await backups.createDatabase();
    const store = await backups.openDisk('moved-data');
    await expect(backups.restore('backup', store, failAtPool(2, open))).rejects.toThrow(
      'interrupted',
    );
    const otherDatabase = await backups.createDatabase();
    await expect(backups.restore('backup', store, otherDatabase.open)).rejects.toThrow('not empty');
    const otherStore = await backups.openDisk('elsewhere-data');
    await expect(backups.restore('backup', otherStore, open, 'elsewhere')).rejects.toThrow(
      'to storage was started',
    );
  });

  it('restoreBackup() keeps the claims of a running app', async () => {
    const { url, open } = await backups.createDatabase();
    const store = await backups.openDisk('claims-data');
    await expect(backups.restore('backup', store, failAtPool(2, open))).rejects.toThrow(
      'interrupted',
    );
    await query(
      url,
      `INSERT INTO workers (instance, role, version, hostname, pid, started_at, images_in_progress,
                            decoders_running, decoders, oldest_images, origins)
       VALUES (gen_random_uuid(), 'all', '1', 'host', 1, now(), 0, 0, 1, '[]', '[]');
       UPDATE images SET status = 'queued', lease = gen_random_uuid(), lease_until = now() + interval '1 hour'
       WHERE id = (SELECT min(id) FROM images)`,
    );
    await backups.restore('backup', store, open);
    const queuedImages = await query(url, `SELECT 1 FROM images WHERE status = 'queued'`);
    expect(queuedImages.length).toBeGreaterThan(0);
  });

  it('restoreBackup() leaves orphan cleanup off if another database has claimed the storage', async () => {
    const { open } = await backups.createDatabase();
    const store = await backups.openDisk('claimed-data');
    await store.claimForDatabase('other/1');
    const { isOrphanCleanupOn } = await backups.restore('backup', store, open);
    expect(isOrphanCleanupOn).toBe(false);
  });

  it('restoreBackup() creates the schema from DATABASE_SCHEMA and ignores tables from other software', async () => {
    const { url, open } = await backups.createDatabase('pressroom');
    await (await open(() => true)).destroy();
    await query(url, 'CREATE TABLE pressroom.other_software AS SELECT 1 AS value');
    await backups.restore('backup', await backups.openDisk('schema-data'), open);
    expect(await countImages(url, 'pressroom')).toBe(IMAGE_COUNT);
  });

  it('restoreBackup() upgrades a backup with an earlier schema', async () => {
    const { open: openOldSchema } = await backups.createDatabase();
    const migrationNames = migrations.map(({ name }) => name);
    const oldDataSource = await openOldSchema((name) => name !== migrationNames.at(-1));
    await oldDataSource.runMigrations();
    await oldDataSource.query(
      `INSERT INTO server_secrets (name, value) VALUES ('server', '\\x01')`,
    );
    await backups.backUp('old', await backups.openDisk('old-data'), oldDataSource);
    await oldDataSource.destroy();

    const { open } = await backups.createDatabase();
    await backups.restore('old', await backups.openDisk('new-data'), open);
    const dataSource = await open(() => true);
    const appliedMigrations = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM schema_migrations ORDER BY id',
    );
    const secrets = await dataSource.query<unknown[]>('SELECT * FROM server_secrets');
    expect(appliedMigrations.map(({ name }) => name)).toEqual(migrationNames);
    expect(secrets).toHaveLength(1);

    const { open: openMigrated } = await backups.createDatabase();
    const migratedDataSource = await openMigrated(() => true);
    await migratedDataSource.runMigrations();
    await migratedDataSource.destroy();
    await dataSource.destroy();
    await expect(
      backups.restore('old', await backups.openDisk('migrated-data'), openMigrated),
    ).rejects.toThrow(`newer than the backup (${migrationNames.at(-1)})`);
  });
});
