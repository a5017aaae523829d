import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type PrimaryAndStandby,
  startPrimaryAndStandby,
} from '../../../test/support/postgres-standby.js';
import { Env } from '../config/env.js';
import { dataSourceOptions } from './data-source.js';
import { ReadConnections } from './read-connections.js';

describe('ReadConnections', () => {
  let servers: PrimaryAndStandby;
  let primary: DataSource;
  let standby: Client;
  let reads: ReadConnections;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    servers = await startPrimaryAndStandby();
    primary = await new DataSource(dataSourceOptions(servers.primaryUrl)).initialize();
    await primary.query('CREATE TABLE numbers (n integer)');
    standby = new Client({ connectionString: servers.standbyUrl });
    standby.on('error', () => undefined);
    await standby.connect();
  }, 60_000);
  afterAll(async () => {
    await primary?.destroy();
    await standby?.end().catch(() => undefined);
    await servers?.stop();
  });
  beforeEach(() => open(servers.standbyUrl));
  afterEach(() => reads.onApplicationShutdown());

  const open = (replicaUrl: string, settings: Partial<Env> = {}) => {
    const env = Object.assign(new Env(), { DATABASE_REPLICA_URL: replicaUrl, ...settings });
    reads = new ReadConnections(primary, env);
  };
  const read = async () => {
    const [row] = await reads.query<[{ on_standby: boolean; n: number }]>(
      'SELECT pg_is_in_recovery() AS on_standby, (SELECT count(*)::int FROM numbers) AS n',
      [],
    );
    return row;
  };

  it('ReadConnections read from the replica and see everything that the primary has committed', async () => {
    for (let n = 1; n <= 20; n++) {
      await primary.query('INSERT INTO numbers VALUES ($1)', [n]);
      expect(await read()).toEqual({ on_standby: true, n });
    }
  });

  it('ReadConnections read from the primary while the replica is behind', async () => {
    await standby.query('SELECT pg_wal_replay_pause()');
    await primary.query('INSERT INTO numbers VALUES (21)');
    expect(await read()).toEqual({ on_standby: false, n: 21 });
    await standby.query('SELECT pg_wal_replay_resume()');
  });

  it('ReadConnections read from the primary when the replica URL names a server that is not a standby', async () => {
    await reads.onApplicationShutdown();
    open(servers.primaryUrl);
    expect((await read()).on_standby).toBe(false);
  });

  it('ReadConnections repeat a statement on the primary when the replica cancels it', async () => {
    const rows = await reads.query<{ on_standby: boolean }[]>(
      `SELECT pg_is_in_recovery() AS on_standby,
              CASE WHEN pg_is_in_recovery() THEN pg_terminate_backend(pg_backend_pid()) END AS ended`,
      [],
    );
    expect(rows).toEqual([{ on_standby: false, ended: null }]);
  });

  it('ReadConnections read from the primary when the replica stops answering', async () => {
    await reads.onApplicationShutdown();
    open(servers.standbyUrl, { DATABASE_TIMEOUT_SECONDS: 3600 });
    const [{ pid }] = await reads.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid', []);
    process.kill(pid, 'SIGSTOP');
    try {
      expect((await read()).on_standby).toBe(false);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('ReadConnections read from the primary while the replica is down', async () => {
    await servers.stopStandby();
    expect(await read()).toEqual({ on_standby: false, n: 21 });
  });
});
