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

const findingsOf = (url: string, settings: Partial<Env> = {}): Promise<Finding[]> =>
  collectFindings({
    name: 'postgresql',
    findings: () => checkPostgres(url, Object.assign(new Env(), settings)),
  });
/** The server of the tests runs without fsync, which is a warning. */
const findProblems = (findings: Finding[]) =>
  findings.filter(({ status, check }) => status !== 'ok' && check !== 'postgresql.durability');
const changed = (url: string, change: (url: URL) => void) => {
  const copy = new URL(url);
  change(copy);
  return copy.href;
};

describe('checkPostgres()', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('checkPostgres() finds nothing wrong with a migrated database', async () => {
    const findings = await findingsOf(database.url, { DATABASE_CONNECTIONS: 2 });
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

  it('checkPostgres() accepts an empty database whose user may create tables', async () => {
    const empty = await createEmptyDatabase();
    try {
      const findings = await findingsOf(empty.url, { DATABASE_CONNECTIONS: 2 });
      expect(findProblems(findings)).toEqual([]);
      expect(findings).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('is empty') }),
      );
    } finally {
      await empty.drop();
    }
  });

  describe('with a restricted user', () => {
    const user = `doctor_${process.pid}`;
    let url: string;
    beforeAll(async () => {
      await query(database.url, `CREATE ROLE ${user} LOGIN PASSWORD 'restricted-password'`);
      url = changed(database.url, (to) => {
        to.username = user;
        to.password = 'restricted-password';
      });
    });
    afterAll(async () => {
      await query(database.url, `DROP OWNED BY ${user}`);
      await query(database.url, `DROP ROLE ${user}`);
    });

    it('checkPostgres() with a restricted user names each missing right with the statement that grants it', async () => {
      await query(database.url, `GRANT SELECT ON migrations, schema_migrations, images TO ${user}`);
      const findings = await findingsOf(url);
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

    it('checkPostgres() with a restricted user reports tables that pending migrations cannot change', async () => {
      await query(
        database.url,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${user}`,
      );
      const [last] = await query<{ id: number; name: string; timestamp: string }>(
        database.url,
        'DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations) RETURNING *',
      );
      const findings = await findingsOf(url);
      await query(
        database.url,
        `INSERT INTO schema_migrations VALUES (${last.id}, ${last.timestamp}, '${last.name}')`,
      );
      expect(findings).toContainEqual(
        expect.objectContaining({
          status: 'warning',
          message: `Migrations are pending: ${last.name}.`,
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

    it('checkPostgres() with a restricted user and MIGRATE=off suggests npm run migrate and requires no right to change tables', async () => {
      const [last] = await query<{ id: number; name: string; timestamp: string }>(
        database.url,
        'DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations) RETURNING *',
      );
      const findings = await findingsOf(url, { MIGRATE: 'off', DATABASE_CONNECTIONS: 2 });
      await query(
        database.url,
        `INSERT INTO schema_migrations VALUES (${last.id}, ${last.timestamp}, '${last.name}')`,
      );
      expect(findProblems(findings)).toEqual([
        expect.objectContaining({
          status: 'error',
          check: 'postgresql.schema',
          fix: expect.stringContaining('npm run migrate'),
        }),
      ]);
    });

    it('checkPostgres() with a restricted user reports a user with read-only transactions, and a connection limit', async () => {
      await query(database.url, `ALTER ROLE ${user} SET default_transaction_read_only = on`);
      await query(database.url, `ALTER ROLE ${user} CONNECTION LIMIT 3`);
      const findings = await findingsOf(url);
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
  ])('checkPostgres() reports %s as the only problem', async (_what, reason, change) => {
    const findings = await findingsOf(changed(database.url, change));
    expect(findings).toMatchObject([
      { status: 'error', check: 'postgresql.connection', message: expect.stringContaining(reason) },
    ]);
    expect(JSON.stringify(findings)).not.toContain('wrong-horse');
  });

  it('checkPostgres() accepts a missing DATABASE_SCHEMA that the first start will create, but reports it with MIGRATE=off', async () => {
    const settings = { DATABASE_SCHEMA: 'absent', DATABASE_CONNECTIONS: 2 };
    expect(findProblems(await findingsOf(database.url, settings))).toEqual([]);
    const findings = await findingsOf(database.url, { ...settings, MIGRATE: 'off' });
    expect(findProblems(findings)).toEqual([
      expect.objectContaining({
        status: 'error',
        message: expect.stringContaining('"absent" does not exist'),
      }),
    ]);
  });

  it('checkPostgres() checks DATABASE_REPLICA_URL', async () => {
    const settings = { DATABASE_CONNECTIONS: 2, DATABASE_REPLICA_URL: database.url };
    const absent = changed(database.url, (url) => (url.port = '1'));
    expect(findProblems(await findingsOf(database.url, settings))).toMatchObject([
      { status: 'warning', message: 'The server of DATABASE_REPLICA_URL is not a replica.' },
    ]);
    expect(
      findProblems(await findingsOf(database.url, { ...settings, DATABASE_REPLICA_URL: absent })),
    ).toMatchObject([{ check: 'postgresql.replica', message: expect.stringContaining('ECONN') }]);
  });

  it('checkPostgres() reports a schema from a later version', async () => {
    await query(database.url, `INSERT INTO migrations (timestamp, name) VALUES (9, 'Later9')`);
    const findings = await findingsOf(database.url);
    await query(database.url, `DELETE FROM migrations WHERE name = 'Later9'`);
    expect(findings).toContainEqual(
      expect.objectContaining({ status: 'error', message: expect.stringContaining('(Later9)') }),
    );
  });
});
