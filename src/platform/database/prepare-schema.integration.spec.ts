import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabase,
  createEmptyDatabase,
  type TestDatabase,
} from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import { MIGRATION_LOCK } from './migration-lock.js';
import { prepareSchema } from './prepare-schema.js';
import { RESTORE_PROGRESS_TABLE } from './unfinished-restore.js';

describe('prepareSchema()', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  const prepare = (MIGRATE: 'auto' | 'off') =>
    prepareSchema({ DATABASE_URL: database.url, DATABASE_SCHEMA: '', MIGRATE });

  it('prepareSchema() with MIGRATE=off names the pending migrations and applies none', async () => {
    for (const _ of [1, 2]) {
      const error: unknown = await prepare('off').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DatabaseNotUsableError);
      expect(error).toMatchObject({
        code: 'schema_outdated',
        message: expect.stringMatching(
          /Pending migrations: Initial1795160000000, .*npm run migrate/,
        ),
      });
    }
  });

  it('prepareSchema() with MIGRATE=off accepts a current schema', async () => {
    await prepare('auto');
    await expect(prepare('off')).resolves.toBeUndefined();
  });

  it('prepareSchema() rejects a database with an unfinished restore', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`CREATE TABLE ${RESTORE_PROGRESS_TABLE} ()`);
      for (const migrate of ['auto', 'off'] as const) {
        await expect(prepare(migrate)).rejects.toMatchObject({ code: 'restore_unfinished' });
      }
    } finally {
      await client.end();
    }
  });

  it('prepareSchema() waits for the process that holds the migration lock before it creates the schema', async () => {
    // In a transaction, pg_stat_activity shows the moment of its first use, so another connection watches.
    const [first, observer] = [1, 2].map(() => new Client({ connectionString: database.url }));
    await Promise.all([first.connect(), observer.connect()]);
    try {
      await first.query('BEGIN');
      await first.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await first.query('CREATE SCHEMA shop');
      const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA: 'shop' };
      const second = Promise.allSettled([prepareSchema({ ...settings, MIGRATE: 'auto' })]);
      await eventually(
        async () => {
          const { rowCount } = await observer.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND (query LIKE 'CREATE SCHEMA IF%' OR query = 'ROLLBACK')`,
          );
          return rowCount !== 0;
        },
        { description: 'an attempt to create the schema' },
      );
      await first.query('COMMIT');
      expect(await second).toEqual([{ status: 'fulfilled', value: undefined }]);
    } finally {
      await Promise.all([first.end(), observer.end()]);
    }
  });
});

describe('prepareSchema() with a search path of two schemas', () => {
  let database: TestDatabase;
  let client: Client;
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  const open = async (created: TestDatabase) => {
    database = created;
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE SCHEMA shop_b');
  };
  const prepare = (MIGRATE: 'auto' | 'off') => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c search_path=shop_b,public');
    return prepareSchema({ DATABASE_URL: url.href, DATABASE_SCHEMA: '', MIGRATE });
  };
  /** The tables, indexes and other relations of a schema. */
  const relationsOf = async (schema: string) => {
    const { rows } = await client.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace ORDER BY relname`,
      [schema],
    );
    return rows.map(({ relname }) => relname);
  };

  it('prepareSchema() with a search path of two schemas installs into the first one despite an installation in public', async () => {
    await open(await createDatabase());
    const before = await relationsOf('public');
    await expect(prepare('off')).rejects.toMatchObject({ code: 'schema_outdated' });
    await prepare('auto');
    expect(await relationsOf('shop_b')).toEqual(before);
    expect(await relationsOf('public')).toEqual(before);
  });

  it('prepareSchema() with a search path of two schemas leaves the migrations of another TypeORM application alone', async () => {
    await open(await createEmptyDatabase());
    await client.query(
      `CREATE TABLE public.migrations (id serial, "timestamp" bigint, name varchar)`,
    );
    await client.query(`INSERT INTO public.migrations ("timestamp", name) VALUES (1, 'Foreign1')`);
    await prepare('auto');
    const { rows } = await client.query('SELECT name FROM public.migrations');
    expect(rows).toEqual([{ name: 'Foreign1' }]);
    expect(await relationsOf('shop_b')).toEqual(
      expect.arrayContaining(['images', 'migrations', 'schema_migrations']),
    );
  });
});
