import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../../../test/chaos/fault-proxy.js';
import { type PostgresWithTls, startPostgresWithTls } from '../../../test/support/postgres-tls.js';
import { toDatabaseUnavailable } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

const RESPONSE_TIMEOUT_MS = 300;
let postgres: PostgresWithTls;

beforeAll(async () => {
  postgres = await startPostgresWithTls();
}, 60_000);
afterAll(() => postgres?.stop());

describe.each(['plain', 'TLS'])('A %s connection to PostgreSQL', (kind) => {
  let proxy: FaultProxy;
  let dataSource: DataSource;

  beforeEach(async () => {
    proxy = await FaultProxy.startBefore(kind === 'TLS' ? postgres.tlsUrl : postgres.plainUrl);
    const options = dataSourceOptions(proxy.url, 1, { responseTimeoutMs: RESPONSE_TIMEOUT_MS });
    dataSource = await new DataSource(options).initialize();
  });
  afterEach(async () => {
    proxy.setBlackhole(false);
    await dataSource.destroy();
    await proxy.refuseConnections();
  });

  it(`A ${kind} connection to PostgreSQL is encrypted if and only if the URL requires it`, async () => {
    const [{ ssl }] = await dataSource.query<{ ssl: boolean }[]>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(ssl).toBe(kind === 'TLS');
  });

  it(`A ${kind} connection to PostgreSQL is closed after the response timeout, and the pool opens a new one`, async () => {
    await dataSource.query('SELECT 1');
    proxy.setBlackhole(true);
    const error = await dataSource.query('SELECT 1').then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toContain('PostgreSQL has not answered for 0.3 s');
    expect(toDatabaseUnavailable(error)?.code).toBe('database_unavailable');
    proxy.setBlackhole(false);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it(`A ${kind} connection to PostgreSQL stays open while it is idle`, async () => {
    const backend = () => dataSource.query<object[]>('SELECT pg_backend_pid() AS pid');
    const first = await backend();
    await sleep(2 * RESPONSE_TIMEOUT_MS);
    expect(await backend()).toEqual(first);
  });

  it(`A ${kind} connection to PostgreSQL stays open during a COPY that exceeds the response timeout`, async () => {
    const [client, release] = await (dataSource.driver as PostgresDriver).obtainMasterConnection();
    const connection = client as PoolClient;
    await connection.query('CREATE TEMPORARY TABLE numbers (n integer)');
    const copy = connection.query(copyFrom('COPY numbers FROM STDIN'));
    await pipeline(async function* () {
      for (let n = 0; n < 6; n++) {
        yield `${n}\n`;
        await sleep(RESPONSE_TIMEOUT_MS / 2);
      }
    }, copy);
    expect((await connection.query('SELECT n FROM numbers')).rowCount).toBe(6);
    release();
  });
});
