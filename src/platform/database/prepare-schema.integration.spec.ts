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

  it('prepareSchema() with MIGRATE=off lists the pending migrations without applying them', async () => {
    for (const _ of [1, 2]) {
      const error: unknown = await prepare('off').catch((reason: unknown) => reason);
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

  it('prepareSchema() waits for the migration lock before it creates the schema', async () => {
    // pg_stat_activity does not change within a transaction, so another connection reads it.
    const [lockHolder, observer] = [1, 2].map(() => new Client({ connectionString: database.url }));
    await Promise.all([lockHolder.connect(), observer.connect()]);
    try {
      await lockHolder.query('BEGIN');
      await lockHolder.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await lockHolder.query('CREATE SCHEMA shop');
      const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA: 'shop' };
      const preparation = Promise.allSettled([prepareSchema({ ...settings, MIGRATE: 'auto' })]);
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
      await lockHolder.query('COMMIT');
      expect(await preparation).toEqual([{ status: 'fulfilled', value: undefined }]);
    } finally {
      await Promise.all([lockHolder.end(), observer.end()]);
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

  const connectTo = async (testDatabase: TestDatabase) => {
    database = testDatabase;
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE SCHEMA shop_b');
  };
  const prepare = (MIGRATE: 'auto' | 'off') => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c search_path=shop_b,public');
    return prepareSchema({ DATABASE_URL: url.href, DATABASE_SCHEMA: '', MIGRATE });
  };
  /** Lists the tables, indexes and other relations of a schema. */
  const listRelations = async (schema: string) => {
    const { rows } = await client.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace ORDER BY relname`,
      [schema],
    );
    return rows.map(({ relname }) => relname);
  };

  it('prepareSchema() installs into the first schema of the search path, even if public has an installation', async () => {
    await connectTo(await createDatabase());
    const publicRelations = await listRelations('public');
    await expect(prepare('off')).rejects.toMatchObject({ code: 'schema_outdated' });
    await prepare('auto');
    expect(await listRelations('shop_b')).toEqual(publicRelations);
    expect(await listRelations('public')).toEqual(publicRelations);
  });

  it('prepareSchema() does not change the migrations table of another TypeORM application in public', async () => {
    await connectTo(await createEmptyDatabase());
    await client.query(
      `CREATE TABLE public.migrations (id serial, "timestamp" bigint, name varchar)`,
    );
    await client.query(`INSERT INTO public.migrations ("timestamp", name) VALUES (1, 'Foreign1')`);
    await prepare('auto');
    const { rows } = await client.query('SELECT name FROM public.migrations');
    expect(rows).toEqual([{ name: 'Foreign1' }]);
    expect(await listRelations('shop_b')).toEqual(
      expect.arrayContaining(['images', 'migrations', 'schema_migrations']),
    );
  });
});
