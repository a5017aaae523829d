import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDatabase,
  createEmptyDatabase,
  type TestDatabase,
} from '../../../test/support/database.js';
import { query } from '../../../test/support/embedded-servers-fixture.js';
import { Env } from '../../platform/config/env.js';
import { collectFindings } from './collect-findings.js';
import type { Finding } from './finding.js';
import { checkPostgres } from './postgres-checks.js';

const collectPostgresFindings = (url: string, settings: Partial<Env> = {}): Promise<Finding[]> =>
  collectFindings({
    name: 'postgresql',
    runChecks: () => checkPostgres(url, Object.assign(new Env(), settings)),
  });
/** Returns the problems, except the warning that the test server runs without fsync. */
const findProblems = (findings: Finding[]) =>
  findings.filter(({ status, check }) => status !== 'ok' && check !== 'postgresql.durability');
const changeUrl = (url: string, change: (url: URL) => void) => {
  const changedUrl = new URL(url);
  change(changedUrl);
  return changedUrl.href;
};

describe('checkPostgres()', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('checkPostgres() reports no problems for a migrated database', async () => {
    const findings = await collectPostgresFindings(database.url, { DATABASE_CONNECTIONS: 2 });
    expect(findProblems(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'postgresql.connection',
      'postgresql.clock',
      'postgresql.version',
      'postgresql.writable',
      'postgresql.durability',
      'postgresql.pooler',
      'postgresql.connections',
      'postgresql.schema',
      'postgresql.rights',
    ]);
  });

  it('checkPostgres() accepts an empty database in which the user may create tables', async () => {
    const emptyDatabase = await createEmptyDatabase();
    try {
      const findings = await collectPostgresFindings(emptyDatabase.url, {
        DATABASE_CONNECTIONS: 2,
      });
      expect(findProblems(findings)).toEqual([]);
      expect(findings).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('is empty') }),
      );
    } finally {
      await emptyDatabase.drop();
    }
  });

  describe('with a restricted user', () => {
    const user = `doctor_${process.pid}`;
    let url: string;
    beforeAll(async () => {
      await query(database.url, `CREATE ROLE ${user} LOGIN PASSWORD 'restricted-password'`);
      url = changeUrl(database.url, (userUrl) => {
        userUrl.username = user;
        userUrl.password = 'restricted-password';
      });
    });
    afterAll(async () => {
      await query(database.url, `DROP OWNED BY ${user}`);
      await query(database.url, `DROP ROLE ${user}`);
    });

    it('checkPostgres() reports each missing privilege with the statement that grants it', async () => {
      await query(database.url, `GRANT SELECT ON migrations, schema_migrations, images TO ${user}`);
      const findings = await collectPostgresFindings(url);
      expect(findings).toContainEqual({
        status: 'error',
        check: 'postgresql.rights',
        message: `The user "${user}" lacks the privilege INSERT, UPDATE, DELETE ON TABLE images.`,
        fix: `As the owner or a superuser, run: GRANT INSERT, UPDATE, DELETE ON TABLE images TO "${user}";`,
      });
      expect(findings).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('ON TABLE artifacts') }),
      );
    });

    it('checkPostgres() reports tables that pending migrations cannot change', async () => {
      await query(
        database.url,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${user}`,
      );
      const [latestMigration] = await query<{ id: number; name: string; timestamp: string }>(
        database.url,
        'DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations) RETURNING *',
      );
      const findings = await collectPostgresFindings(url);
      await query(
        database.url,
        `INSERT INTO schema_migrations VALUES (${latestMigration.id}, ${latestMigration.timestamp}, '${latestMigration.name}')`,
      );
      expect(findings).toContainEqual(
        expect.objectContaining({
          status: 'warning',
          message: `Migrations are pending: ${latestMigration.name}.`,
        }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('CREATE ON SCHEMA "public"') }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({
          message: expect.stringContaining('does not own the table images'),
        }),
      );
    });

    it('checkPostgres() with MIGRATE=off suggests npm run migrate and requires no privilege to change tables', async () => {
      const [latestMigration] = await query<{ id: number; name: string; timestamp: string }>(
        database.url,
        'DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations) RETURNING *',
      );
      const findings = await collectPostgresFindings(url, {
        MIGRATE: 'off',
        DATABASE_CONNECTIONS: 2,
      });
      await query(
        database.url,
        `INSERT INTO schema_migrations VALUES (${latestMigration.id}, ${latestMigration.timestamp}, '${latestMigration.name}')`,
      );
      expect(findProblems(findings)).toEqual([
        expect.objectContaining({
          status: 'error',
          check: 'postgresql.schema',
          fix: expect.stringContaining('npm run migrate'),
        }),
      ]);
    });

    it('checkPostgres() reports a user with read-only transactions and a connection limit', async () => {
      await query(database.url, `ALTER ROLE ${user} SET default_transaction_read_only = on`);
      await query(database.url, `ALTER ROLE ${user} CONNECTION LIMIT 3`);
      const findings = await collectPostgresFindings(url);
      expect(findings).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'postgresql.writable' }),
      );
      expect(findings).toContainEqual(
        expect.objectContaining({ status: 'error', check: 'postgresql.connections' }),
      );
    });
  });

  it.each<[string, string, (url: URL) => void]>([
    ['a wrong password', 'password authentication failed', (url) => (url.password = 'wrong-horse')],
    ['a missing database', 'does not exist', (url) => (url.pathname = 'absent')],
    ['a closed port', 'ECONNREFUSED', (url) => (url.port = '1')],
  ])('checkPostgres() reports %s as the only problem', async (_case, reason, change) => {
    const findings = await collectPostgresFindings(changeUrl(database.url, change));
    expect(findings).toMatchObject([
      { status: 'error', check: 'postgresql.connection', message: expect.stringContaining(reason) },
    ]);
    expect(JSON.stringify(findings)).not.toContain('wrong-horse');
  });

  it('checkPostgres() reports a missing DATABASE_SCHEMA only with MIGRATE=off, because otherwise the first start creates it', async () => {
    const settings = { DATABASE_SCHEMA: 'absent', DATABASE_CONNECTIONS: 2 };
    expect(findProblems(await collectPostgresFindings(database.url, settings))).toEqual([]);
    const findings = await collectPostgresFindings(database.url, { ...settings, MIGRATE: 'off' });
    expect(findProblems(findings)).toEqual([
      expect.objectContaining({
        status: 'error',
        message: expect.stringContaining('"absent" does not exist'),
      }),
    ]);
  });

  it('checkPostgres() reports a DATABASE_REPLICA_URL that is unreachable or not a replica', async () => {
    const settings = { DATABASE_CONNECTIONS: 2, DATABASE_REPLICA_URL: database.url };
    const unreachableUrl = changeUrl(database.url, (url) => (url.port = '1'));
    expect(findProblems(await collectPostgresFindings(database.url, settings))).toMatchObject([
      { status: 'warning', message: 'The server at DATABASE_REPLICA_URL is not a replica.' },
    ]);
    expect(
      findProblems(
        await collectPostgresFindings(database.url, {
          ...settings,
          DATABASE_REPLICA_URL: unreachableUrl,
        }),
      ),
    ).toMatchObject([{ check: 'postgresql.replica', message: expect.stringContaining('ECONN') }]);
  });

  it('checkPostgres() reports a schema from a later version', async () => {
    await query(database.url, `INSERT INTO migrations (timestamp, name) VALUES (9, 'Later9')`);
    const findings = await collectPostgresFindings(database.url);
    await query(database.url, `DELETE FROM migrations WHERE name = 'Later9'`);
    expect(findings).toContainEqual(
      expect.objectContaining({ status: 'error', message: expect.stringContaining('(Later9)') }),
    );
  });
});
