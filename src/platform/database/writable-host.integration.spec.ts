import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { toDatabaseUnavailable } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

/** Two ports of one server stand for two hosts. */
describe('A DATABASE_URL with several hosts', () => {
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
    const all = `postgres://${url.username}:${url.password}@${hosts}${url.pathname}?target_session_attrs=read-write`;
    dataSource = await new DataSource(dataSourceOptions(all, 2)).initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await administrator.end();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await database.drop();
  });

  const answers = async () => (await dataSource.query<unknown[]>('SELECT 1')).length === 1;

  it('A DATABASE_URL with several hosts uses the next host while the first is down, and the first again after a failback', async () => {
    await proxies[0].stop();
    await expect(answers().catch(answers)).resolves.toBe(true);
    await proxies[0].start();
    await proxies[1].stop();
    await expect(answers().catch(answers)).resolves.toBe(true);
    await proxies[1].start();
  });

  it('A DATABASE_URL with several hosts closes a connection whose server has become read-only and reports the database as unavailable', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const insert = () =>
      dataSource.query(`INSERT INTO server_secrets (name, value) VALUES ('a', 'b')`);
    await dataSource.query('SET default_transaction_read_only = on');
    const error: unknown = await insert().catch((thrown: unknown) => thrown);
    expect(toDatabaseUnavailable(error)?.code).toBe('database_unavailable');
    // The next connection is a new one, to a host that accepts writes.
    await eventually(() => insert().then(() => true), {
      description: 'a connection that accepts writes',
    });

    await administrator.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await administrator.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
      [name],
    );
    const refused = await eventually(
      async () => {
        const thrown = await insert().catch((error: Error) => error);
        return thrown instanceof Error && thrown.message.includes('No host of DATABASE_URL')
          ? thrown
          : undefined;
      },
      { description: 'both hosts to be refused' },
    );
    expect(toDatabaseUnavailable(refused)?.code).toBe('database_unavailable');
  });
});
