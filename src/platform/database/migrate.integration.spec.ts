import { Client } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { dataSourceOptions } from './data-source.js';
import { type BlockedMigration, migrate } from './migrate.js';
import { findPendingMigrations } from './migration-history.js';
import { createIndexConcurrently } from './migrations/concurrent-index.js';

/** Briefly acquires an ACCESS EXCLUSIVE lock on the largest table. */
class AddColumn9999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE images ADD COLUMN later_column integer');
  }
  async down(): Promise<void> {}
}

/** Builds an index on a large table without blocking writes. */
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
let observer: Client;

beforeEach(async () => {
  database = await createDatabase();
  const options = dataSourceOptions(database.url);
  const migrations = [...options.migrations, AddColumn9999999999999];
  dataSource = await new DataSource({ ...options, migrations }).initialize();
  reader = new Client({ connectionString: database.url, application_name: 'slow-reader' });
  // The timeout is longer than the lock timeout of a migration and shorter than the test timeout.
  observer = new Client({ connectionString: database.url, statement_timeout: 5000 });
  await reader.connect();
  await observer.connect();
});
afterEach(async () => {
  await Promise.all([reader.end(), observer.end()]);
  await dataSource.destroy();
  await database.drop();
});

const countNewColumns = async () =>
  (
    await observer.query(`SELECT FROM information_schema.columns
    WHERE table_name = 'images' AND column_name = 'later_column'`)
  ).rowCount;

describe('migrate()', () => {
  it('migrate() blocks other statements only briefly while it waits for a slow reader', async () => {
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM images');
    const blockedAttempts: BlockedMigration[] = [];
    const migration = migrate(dataSource, (attempt) => blockedAttempts.push(attempt));

    await eventually(
      async () => {
        await observer.query('SELECT FROM images LIMIT 1');
        return blockedAttempts.length >= 2;
      },
      { description: 'two blocked attempts' },
    );
    expect(await countNewColumns()).toBe(0);

    await reader.query('COMMIT');
    await migration;
    expect(await countNewColumns()).toBe(1);
  });

  it('migrate() reports the blocking session and its start times, but not its statement', async () => {
    const [{ pid }] = (await reader.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await reader.query('BEGIN');
    await reader.query(`SELECT 'a secret of the reader' FROM images`);
    const blockedAttempts: BlockedMigration[] = [];
    const migration = migrate(dataSource, (attempt) => blockedAttempts.push(attempt));
    await eventually(() => blockedAttempts.length > 0, { description: 'a blocked attempt' });
    await reader.query('ROLLBACK');
    await migration;

    expect(blockedAttempts[0]).toMatchObject({
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
    expect(JSON.stringify(blockedAttempts)).not.toContain('secret');
  });

  it('migrate() resets the lock timeout on its connections', async () => {
    await migrate(dataSource);
    expect(await dataSource.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
  });

  it('migrate() builds an index concurrently while another process is waiting for the migration lock', async () => {
    const options = dataSourceOptions(database.url);
    const migrations = [...options.migrations, IndexWebhookUrl9999999999998];
    const dataSources = await Promise.all(
      [1, 2].map(() => new DataSource({ ...options, migrations }).initialize()),
    );
    // An interrupted build leaves an invalid index.
    await reader.query('CREATE INDEX later_index ON images (input_url)');
    await reader.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'later_index'::regclass`,
    );
    try {
      const appliedNames = await Promise.all(dataSources.map((source) => migrate(source)));
      expect(appliedNames.flat()).toEqual(['IndexWebhookUrl9999999999998']);
    } finally {
      await Promise.all(dataSources.map((source) => source.destroy()));
    }
    const { rows } = await observer.query(
      `SELECT indisvalid FROM pg_index WHERE indexrelid = 'later_index'::regclass`,
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  });
});

describe('Migration history', () => {
  const readNames = async (table: string) =>
    (
      await observer.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY "timestamp"`)
    ).rows.map(({ name }) => name);

  it('migrate() continues the history of the previous release and hides later migrations from it', async () => {
    while ((await readNames('schema_migrations')).at(-1) !== 'ProductFiles1795500000000') {
      await dataSource.undoLastMigration();
    }
    await observer.query('DROP TABLE schema_migrations');
    const previousNames = await readNames('migrations');
    expect(previousNames.at(-1)).toBe('ProductFiles1795500000000');
    expect(await findPendingMigrations(dataSource)).toEqual(
      expect.arrayContaining(['TaskLeases1795641000000']),
    );
    const appliedNames = await migrate(dataSource);
    expect(appliedNames).toContain('TaskLeases1795641000000');
    expect(appliedNames).not.toContain('ProductFiles1795500000000');
    expect(await readNames('migrations')).toEqual(previousNames);
    expect(await findPendingMigrations(dataSource)).toEqual([]);
  });

  it('migrate() lists only migrations of the previous release as required', async () => {
    expect(await readNames('migrations')).toEqual(
      (await readNames('schema_migrations')).filter(
        (name) => Number(name.slice(-13)) <= 1795500000000,
      ),
    );
  });
});
