import { Client } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { dataSourceOptions } from './data-source.js';
import { type BlockedMigration, migrate } from './migrate.js';
import { findPendingMigrations } from './migration-history.js';
import { createIndexConcurrently } from './migrations/concurrent-index.js';

/** Needs an ACCESS EXCLUSIVE lock of the largest table for a short time. */
class AddColumn9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images ADD COLUMN of_a_later_version integer');
  }
  async down(): Promise<void> {}
}

/** Builds an index of a large table, which must not lock it. */
class IndexWebhookUrl9999999999998 implements MigrationInterface {
  transaction = false as const;
  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, 'later_index', 'ON "images" ("input_url")');
  }
  async down(): Promise<void> {}
}

let database: TestDatabase;
let dataSource: DataSource;
let reader: Client;
let other: Client;

beforeEach(async () => {
  database = await createDatabase();
  const options = dataSourceOptions(database.url);
  const migrations = [...options.migrations, AddColumn9999999999999];
  dataSource = await new DataSource({ ...options, migrations }).initialize();
  reader = new Client({ connectionString: database.url, application_name: 'slow-reader' });
  // Longer than a migration may wait for a lock, shorter than a test may take.
  other = new Client({ connectionString: database.url, statement_timeout: 5000 });
  await reader.connect();
  await other.connect();
});
afterEach(async () => {
  await Promise.all([reader.end(), other.end()]);
  await dataSource.destroy();
  await database.drop();
});

const columns = async () =>
  (
    await other.query(`SELECT FROM information_schema.columns
    WHERE table_name = 'images' AND column_name = 'of_a_later_version'`)
  ).rowCount;

describe('migrate()', () => {
  it('migrate() does not block other statements for long while it waits for a slow reader', async () => {
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM images');
    const blocked: BlockedMigration[] = [];
    const migration = migrate(dataSource, (wait) => blocked.push(wait));

    await eventually(
      async () => {
        await other.query('SELECT FROM images LIMIT 1');
        return blocked.length >= 2;
      },
      { description: 'two attempts to migrate' },
    );
    expect(await columns()).toBe(0);

    await reader.query('COMMIT');
    await migration;
    expect(await columns()).toBe(1);
  });

  it('migrate() logs the blocking session and its age, but not its statement', async () => {
    const [{ pid }] = (await reader.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await reader.query('BEGIN');
    await reader.query(`SELECT 'a secret of the reader' FROM images`);
    const blocked: BlockedMigration[] = [];
    const migration = migrate(dataSource, (wait) => blocked.push(wait));
    await eventually(() => blocked.length > 0, { description: 'an attempt to migrate' });
    await reader.query('ROLLBACK');
    await migration;

    expect(blocked[0]).toMatchObject({
      attempt: 1,
      pauseMs: 1000,
      blockedBy: [
        {
          pid,
          application_name: 'slow-reader',
          state: 'idle in transaction',
          query_start: expect.any(Date),
          transaction_start: expect.any(Date),
        },
      ],
    });
    expect(JSON.stringify(blocked)).not.toContain('secret');
  });

  it('migrate() resets the lock timeout on its connections', async () => {
    await migrate(dataSource);
    expect(await dataSource.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
  });

  it('migrate() builds an index concurrently while another process waits to migrate', async () => {
    const options = dataSourceOptions(database.url);
    const migrations = [...options.migrations, IndexWebhookUrl9999999999998];
    const sources = await Promise.all(
      [1, 2].map(() => new DataSource({ ...options, migrations }).initialize()),
    );
    // An interrupted build leaves an invalid index.
    await reader.query('CREATE INDEX later_index ON images (input_url)');
    await reader.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'later_index'::regclass`,
    );
    try {
      const applied = await Promise.all(sources.map((source) => migrate(source)));
      expect(applied.flat()).toEqual(['IndexWebhookUrl9999999999998']);
    } finally {
      await Promise.all(sources.map((source) => source.destroy()));
    }
    const { rows } = await other.query(
      `SELECT indisvalid FROM pg_index WHERE indexrelid = 'later_index'::regclass`,
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  });
});

describe('The history of migrations', () => {
  const names = async (table: string) =>
    (
      await other.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY "timestamp"`)
    ).rows.map(({ name }) => name);

  it('The history of migrations continues that of the previous release and contains no migration unknown to it', async () => {
    while ((await names('schema_migrations')).at(-1) !== 'ProductFiles1795500000000') {
      await dataSource.undoLastMigration();
    }
    await other.query('DROP TABLE schema_migrations');
    const known = await names('migrations');
    expect(known.at(-1)).toBe('ProductFiles1795500000000');
    expect(await findPendingMigrations(dataSource)).toEqual(
      expect.arrayContaining(['TaskLeases1795641000000']),
    );
    const applied = await migrate(dataSource);
    expect(applied).toContain('TaskLeases1795641000000');
    expect(applied).not.toContain('ProductFiles1795500000000');
    expect(await names('migrations')).toEqual(known);
    expect(await findPendingMigrations(dataSource)).toEqual([]);
  });

  it('The history of migrations lets the previous release start on a database that this release has created', async () => {
    expect(await names('migrations')).toEqual(
      (await names('schema_migrations')).filter((name) => Number(name.slice(-13)) <= 1795500000000),
    );
  });
});
