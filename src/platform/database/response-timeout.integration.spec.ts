import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from '../../../test/chaos/fault-proxy.js';
import { type PostgresWithTls, startPostgresWithTls } from '../../../test/support/postgres-tls.js';
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { dataSourceOptions } from './data-source.js';

const RESPONSE_TIMEOUT_MS = 300;
let postgres: PostgresWithTls;

beforeAll(async () => {
  postgres = await startPostgresWithTls();
}, 60_000);
afterAll(() => postgres?.stop());

describe.each(['plain', 'TLS'])('limitResponseTime() on a %s connection', (kind) => {
  let proxy: FaultProxy;
  let dataSource: DataSource;

  beforeEach(async () => {
    proxy = await FaultProxy.startFor(kind === 'TLS' ? postgres.tlsUrl : postgres.plainUrl);
    const options = dataSourceOptions(proxy.url, 1, { responseTimeoutMs: RESPONSE_TIMEOUT_MS });
    dataSource = await new DataSource(options).initialize();
  });
  afterEach(async () => {
    proxy.setBlackhole(false);
    await dataSource.destroy();
    await proxy.refuseConnections();
  });

  it(`PostgreSQL reports the ${kind} connection as ${kind === 'TLS' ? 'encrypted' : 'unencrypted'}`, async () => {
    const [{ ssl }] = await dataSource.query<{ ssl: boolean }[]>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(ssl).toBe(kind === 'TLS');
  });

  it(`limitResponseTime() closes a ${kind} connection after the timeout, and the pool opens a new one`, async () => {
    await dataSource.query('SELECT 1');
    proxy.setBlackhole(true);
    const error = await dataSource.query('SELECT 1').then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toContain('PostgreSQL did not respond for 0.3 s');
    expect(toDatabaseUnavailableError(error)?.code).toBe('database_unavailable');
    proxy.setBlackhole(false);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it(`limitResponseTime() keeps an idle ${kind} connection open`, async () => {
    const readBackendPid = () => dataSource.query<object[]>('SELECT pg_backend_pid() AS pid');
    const initialPid = await readBackendPid();
    await sleep(2 * RESPONSE_TIMEOUT_MS);
    expect(await readBackendPid()).toEqual(initialPid);
  });

  it(`limitResponseTime() keeps a ${kind} connection open during a COPY that takes longer than the timeout`, async () => {
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
