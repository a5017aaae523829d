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
  let connections: ReadConnections;

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
  beforeEach(() => configureReplica(servers.standbyUrl));
  afterEach(() => connections.onApplicationShutdown());

  const configureReplica = (replicaUrl: string, settings: Partial<Env> = {}) => {
    const env = Object.assign(new Env(), { DATABASE_REPLICA_URL: replicaUrl, ...settings });
    connections = new ReadConnections(primary, env);
  };
  const readCount = async () => {
    const [row] = await connections.query<[{ on_standby: boolean; count: number }]>(
      'SELECT pg_is_in_recovery() AS on_standby, (SELECT count(*)::int FROM numbers) AS count',
      [],
    );
    return row;
  };

  it('ReadConnections reads from the replica and sees everything that the primary has committed', async () => {
    for (let count = 1; count <= 20; count++) {
      await primary.query('INSERT INTO numbers VALUES ($1)', [count]);
      expect(await readCount()).toEqual({ on_standby: true, count });
    }
  });

  it('ReadConnections reads from the primary while the replica lags behind', async () => {
    await standby.query('SELECT pg_wal_replay_pause()');
    await primary.query('INSERT INTO numbers VALUES (21)');
    expect(await readCount()).toEqual({ on_standby: false, count: 21 });
    await standby.query('SELECT pg_wal_replay_resume()');
  });

  it('ReadConnections reads from the primary if DATABASE_REPLICA_URL is not the URL of a standby', async () => {
    await connections.onApplicationShutdown();
    configureReplica(servers.primaryUrl);
    expect((await readCount()).on_standby).toBe(false);
  });

  it('ReadConnections repeats a statement on the primary if the replica cancels it', async () => {
    const rows = await connections.query<{ on_standby: boolean }[]>(
      `SELECT pg_is_in_recovery() AS on_standby,
              CASE WHEN pg_is_in_recovery() THEN pg_terminate_backend(pg_backend_pid()) END AS ended`,
      [],
    );
    expect(rows).toEqual([{ on_standby: false, ended: null }]);
  });

  it('ReadConnections reads from the primary if the replica stops responding', async () => {
    await connections.onApplicationShutdown();
    configureReplica(servers.standbyUrl, { DATABASE_TIMEOUT_SECONDS: 3600 });
    const [{ pid }] = await connections.query<[{ pid: number }]>(
      'SELECT pg_backend_pid() AS pid',
      [],
    );
    process.kill(pid, 'SIGSTOP');
    try {
      expect((await readCount()).on_standby).toBe(false);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('ReadConnections reads from the primary while the replica is down', async () => {
    await servers.stopStandby();
    expect(await readCount()).toEqual({ on_standby: false, count: 21 });
  });
});
