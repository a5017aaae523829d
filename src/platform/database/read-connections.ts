import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { toConnectionUrls } from '../config/database-url.js';
import { Env } from '../config/env.js';
import { connectionOptions } from './data-source.js';

/** Maximum time that a read waits for the replica. After that, the primary serves the read. */
const MAX_LAG_MS = 1000;
const LAG_POLL_INTERVAL_MS = 20;
const CONNECT_TIMEOUT_MS = 2000;
/** Time for which the replica is not used after it failed or lagged behind. */
const PAUSE_MS = 10_000;

const PAUSE_REASONS = {
  late: `the replica is more than ${MAX_LAG_MS / 1000} s behind or does not respond`,
  'no standby': 'DATABASE_REPLICA_URL is not the URL of a standby',
};

export interface ReadConnection {
  client: PoolClient;
  /** @param destroy closes the connection, because it may still be running a statement */
  release: (destroy?: boolean) => void;
}

/**
 * Provides connections for long reads. Reads use `DATABASE_REPLICA_URL` once the replica has
 * replayed everything that the primary had written before the call. They therefore never return
 * older data than an earlier response.
 */
@Injectable()
export class ReadConnections implements OnApplicationShutdown {
  private readonly log = new Logger('Replica');
  private readonly primary: PostgresDriver;
  private readonly replica?: Pool;
  private pausedUntil = 0;

  constructor(@InjectDataSource() dataSource: DataSource, env: Env) {
    this.primary = dataSource.driver as PostgresDriver;
    if (env.DATABASE_REPLICA_URL === undefined) return;
    const [url] = toConnectionUrls(env.DATABASE_REPLICA_URL, env.DATABASE_SCHEMA);
    this.replica = new Pool({
      ...connectionOptions([url], { responseTimeoutMs: env.DATABASE_TIMEOUT_SECONDS * 1000 }),
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'pressroom-replica',
      max: env.DATABASE_CONNECTIONS,
    });
    // The next read reports the error.
    this.replica.on('error', () => undefined);
  }

  /** Acquires a connection. The caller must release it. */
  async acquireConnection(): Promise<ReadConnection> {
    return (await this.acquireReplica()) ?? this.acquirePrimary();
  }

  /** Runs one statement. Repeats it on the primary if the replica fails. */
  async query<Rows extends object[]>(sql: string, parameters: unknown[]): Promise<Rows> {
    const replica = await this.acquireReplica();
    if (replica) {
      try {
        return await runStatement<Rows>(replica, sql, parameters);
      } catch (error) {
        this.pauseReplica((error as Error).message);
      }
    }
    return runStatement<Rows>(await this.acquirePrimary(), sql, parameters);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.replica?.end();
  }

  private async acquirePrimary(): Promise<ReadConnection> {
    const [client, release] = (await this.primary.obtainMasterConnection()) as [
      PoolClient,
      ReadConnection['release'],
    ];
    return { client, release };
  }

  /** Returns undefined if the primary has to serve the read. */
  private async acquireReplica(): Promise<ReadConnection | undefined> {
    if (!this.replica || Date.now() < this.pausedUntil) return undefined;
    const { rows } = await (this.primary.master as Pool).query<{ position: string }>(
      'SELECT pg_current_wal_insert_lsn() AS position',
    );
    let client: PoolClient | undefined;
    try {
      client = await this.replica.connect();
      const position = rows[0].position;
      // Without this limit, an unresponsive replica would delay the read for DATABASE_TIMEOUT_SECONDS.
      const timeout = sleep(MAX_LAG_MS, 'late' as const, { ref: false });
      const state = await Promise.race([waitForReplay(client, position), timeout]);
      if (state === 'replayed') {
        const replicaClient = client;
        return { client, release: (destroy) => replicaClient.release(destroy) };
      }
      // The statement may still be running.
      client.release(true);
      this.pauseReplica(PAUSE_REASONS[state]);
    } catch (error) {
      client?.release(true);
      this.pauseReplica((error as Error).message);
    }
    return undefined;
  }

  private pauseReplica(reason: string): void {
    this.pausedUntil = Date.now() + PAUSE_MS;
    this.log.warn(`Reads will use the primary for ${PAUSE_MS / 1000} s: ${reason}`);
  }
}

async function runStatement<Rows extends object[]>(
  { client, release }: ReadConnection,
  sql: string,
  parameters: unknown[],
): Promise<Rows> {
  let hasSucceeded = false;
  try {
    const { rows } = await client.query(sql, parameters);
    hasSucceeded = true;
    return rows as unknown as Rows;
  } finally {
    release(!hasSucceeded);
  }
}

/** Waits until the standby has replayed `position` or the connection is closed. */
async function waitForReplay(
  client: PoolClient,
  position: string,
): Promise<'replayed' | 'no standby'> {
  for (;;) {
    const { rows } = await client.query<{ replayed: boolean | null }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS replayed',
      [position],
    );
    if (rows[0].replayed === null) return 'no standby';
    if (rows[0].replayed) return 'replayed';
    await sleep(LAG_POLL_INTERVAL_MS);
  }
}
