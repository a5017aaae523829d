import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackupFixture, IMAGE_COUNT } from '../../../test/support/backup-fixture.js';
import { query } from '../../../test/support/embedded-servers-fixture.js';
import { migrations } from '../../platform/database/migrations/index.js';
import type { OpenDataSource } from './restore-backup.js';

const backups = BackupFixture.forThisFile();

/** Ends a restore at the n-th connection pool that it opens, before it migrates. */
const failingAt = (n: number, open: OpenDataSource): OpenDataSource => {
  let opened = 0;
  return async (isWanted) => {
    const dataSource = await open(isWanted);
    opened += 1;
    if (opened === n) {
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

describe('A restore', () => {
  let rows: number;
  beforeAll(async () => {
    const { manifest } = await backups.backUp('backup');
    rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  });

  it('A restore reports the number of database rows and stored images', async () => {
    const { url, open } = await backups.createDatabase();
    const result = await backups.restore('backup', await backups.openDisk('all-data'), open);
    expect(result).toMatchObject({ files: IMAGE_COUNT, lost: [], rows, orphanCleanup: true });
    expect(await query(url, `SELECT to_regclass('restore_progress') AS progress`)).toEqual([
      { progress: null },
    ]);
  });

  it.each([
    [1, 'between images and rows'],
    [2, 'between rows and later migrations'],
  ])(
    'A restore resumes without its local folder after an interruption at connection pool %i, %s',
    async (n) => {
      const { url, open } = await backups.createDatabase();
      const name = `interrupted-${n}-data`;
      const to = await backups.openDisk(name);
      await expect(backups.restore('backup', to, failingAt(n, open))).rejects.toThrow(
        'interrupted',
      );
      for (const entry of await readdir(backups.pathOf(name))) {
        if (entry !== 'artifacts') await rm(join(backups.pathOf(name), entry), { recursive: true });
      }
      const again = await backups.openDisk(name);
      expect(await backups.restore('backup', again, open)).toMatchObject({
        files: IMAGE_COUNT,
        lost: [],
      });
      expect(await countImages(url)).toBe(IMAGE_COUNT);
    },
  );

  it('An interrupted restore refuses a different database and different storage', async () => {
    const { open } = await backups.createDatabase();
    const to = await backups.openDisk('moved-data');
    await expect(backups.restore('backup', to, failingAt(2, open))).rejects.toThrow('interrupted');
    const other = await backups.createDatabase();
    await expect(backups.restore('backup', to, other.open)).rejects.toThrow('not empty');
    const elsewhere = await backups.openDisk('elsewhere-data');
    await expect(backups.restore('backup', elsewhere, open, 'elsewhere')).rejects.toThrow(
      'to storage has begun',
    );
  });

  it('A restore next to a running app keeps the claims of the app', async () => {
    const { url, open } = await backups.createDatabase();
    const to = await backups.openDisk('claims-data');
    await expect(backups.restore('backup', to, failingAt(2, open))).rejects.toThrow('interrupted');
    await query(
      url,
      `INSERT INTO workers (instance, role, version, hostname, pid, started_at, images_in_progress,
                            decoders_running, decoders, oldest_images, origins)
       VALUES (gen_random_uuid(), 'all', '1', 'host', 1, now(), 0, 0, 1, '[]', '[]');
       UPDATE images SET status = 'queued', lease = gen_random_uuid(), lease_until = now() + interval '1 hour'
       WHERE id = (SELECT min(id) FROM images)`,
    );
    await backups.restore('backup', to, open);
    const claimed = await query(url, `SELECT 1 FROM images WHERE status = 'queued'`);
    expect(claimed.length).toBeGreaterThan(0);
  });

  it('A restore to storage that another database has claimed leaves orphan cleanup off', async () => {
    const { open } = await backups.createDatabase();
    const to = await backups.openDisk('claimed-data');
    await to.claimFor('other/1');
    const { orphanCleanup } = await backups.restore('backup', to, open);
    expect(orphanCleanup).toBe(false);
  });

  it('A restore creates the schema that DATABASE_SCHEMA names and ignores the tables of other software', async () => {
    const { url, open } = await backups.createDatabase('pressroom');
    await (await open(() => true)).destroy();
    await query(url, 'CREATE TABLE pressroom.of_others AS SELECT 1 AS value');
    await backups.restore('backup', await backups.openDisk('schema-data'), open);
    expect(await countImages(url, 'pressroom')).toBe(IMAGE_COUNT);
  });

  it('A restore accepts a backup with an earlier schema and upgrades it', async () => {
    const { open: openOld } = await backups.createDatabase();
    const known = migrations.map(({ name }) => name);
    const old = await openOld((name) => name !== known.at(-1));
    await old.runMigrations();
    await old.query(`INSERT INTO server_secrets (name, value) VALUES ('server', '\\x01')`);
    await backups.backUp('old', await backups.openDisk('old-data'), old);
    await old.destroy();

    const { open } = await backups.createDatabase();
    await backups.restore('old', await backups.openDisk('new-data'), open);
    const dataSource = await open(() => true);
    const applied = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM schema_migrations ORDER BY id',
    );
    const secrets = await dataSource.query<unknown[]>('SELECT * FROM server_secrets');
    expect(applied.map(({ name }) => name)).toEqual(known);
    expect(secrets).toHaveLength(1);

    const { open: openMigrated } = await backups.createDatabase();
    const migrated = await openMigrated(() => true);
    await migrated.runMigrations();
    await migrated.destroy();
    await dataSource.destroy();
    await expect(
      backups.restore('old', await backups.openDisk('migrated-data'), openMigrated),
    ).rejects.toThrow(`newer than the backup (${known.at(-1)})`);
  });
});
