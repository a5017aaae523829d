import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

/** Two ports of one server simulate two hosts. */
describe('createWritableHostClient()', () => {
  let database: TestDatabase;
  let proxies: TcpProxy[];
  let dataSource: DataSource;
  let administrator: Client;

  beforeEach(async () => {
    database = await createDatabase();
    administrator = new Client({ connectionString: database.url });
    await administrator.connect();
    proxies = [await TcpProxy.startFor(database.url), await TcpProxy.startFor(database.url)];
    const url = new URL(database.url);
    const hosts = proxies.map((proxy) => new URL(proxy.url).host).join(',');
    const databaseUrl = `postgres://${url.username}:${url.password}@${hosts}${url.pathname}?target_session_attrs=read-write`;
    dataSource = await new DataSource(dataSourceOptions(databaseUrl, 2)).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await administrator.end();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await database.drop();
  });

  const canQuery = async () => (await dataSource.query<unknown[]>('SELECT 1')).length === 1;

  it('createWritableHostClient() returns a client that fails over to the next host and back', async () => {
    await proxies[0].stop();
    await expect(canQuery().catch(canQuery)).resolves.toBe(true);
    await proxies[0].start();
    await proxies[1].stop();
    await expect(canQuery().catch(canQuery)).resolves.toBe(true);
    await proxies[1].start();
  });

  it('createWritableHostClient() returns a client that leaves a read-only server and fails if no host accepts writes', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const insert = () =>
      dataSource.query(`INSERT INTO server_secrets (name, value) VALUES ('a', 'b')`);
    await dataSource.query('SET default_transaction_read_only = on');
    const error: unknown = await insert().catch((reason: unknown) => reason);
    expect(toDatabaseUnavailableError(error)?.code).toBe('database_unavailable');
    // The pool opens a new connection to a host that accepts writes.
    await eventually(() => insert().then(() => true), {
      description: 'a connection that accepts writes',
    });

    await administrator.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await administrator.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
      [name],
    );
    const finalError = await eventually(
      async () => {
        const result = await insert().catch((reason: Error) => reason);
        return result instanceof Error && result.message.includes('No host in DATABASE_URL')
          ? result
          : undefined;
      },
      { description: 'both hosts to be rejected as read-only' },
    );
    expect(toDatabaseUnavailableError(finalError)?.code).toBe('database_unavailable');
  });
});
