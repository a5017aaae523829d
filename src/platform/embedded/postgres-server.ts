import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { EmbeddedServerError } from './errors.js';
import { startOnFreePort } from './free-port.js';
import { superviseServer } from './supervise-server.js';
import type { StartupLogger } from './startup-logger.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { DATABASE_USER, openCluster } from './postgres-cluster.js';
import { ServerDirectory } from './server-directory.js';
import { findUnprivilegedUser } from './unprivileged-user.js';

export const DATABASE_NAME = 'pressroom';

/** Settings for a small machine that loads a million rows in bulk while decoders use the cores. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '200',
  shared_buffers: '128MB',
  maintenance_work_mem: '64MB',
  // Avoids frequent checkpoints during a bulk load.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_compression: 'pglz',
  // Parallel queries would compete with the decoders for cores. They also need /dev/shm, which is small in containers.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  jit: 'off',
  random_page_cost: '1.1',
};

/**
 * Settings for tests, whose data does not have to survive a power failure. Each test file copies a database
 * through the write-ahead log. Compression would multiply the CPU time of the copy by ten.
 */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_compression: 'off',
};

export interface EmbeddedServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts PostgreSQL with the data in `directory`. Connections require the password that is stored there. */
export async function startPostgres(
  directory: string,
  log: StartupLogger,
  { throwaway = false } = {},
): Promise<EmbeddedServer> {
  const binaries = findPostgresBinaries();
  const serverDirectory = new ServerDirectory(resolve(directory), 'PostgreSQL', log);
  serverDirectory.assertNotInUse();
  const runAs = findUnprivilegedUser(binaries.postgres, serverDirectory.path);
  const { dataDirectory, password } = await openCluster(serverDirectory.path, binaries, runAs);

  return startOnFreePort(async (port) => {
    const toUrl = (database: string) =>
      `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
    const settings = { port, ...SETTINGS, ...(throwaway ? THROWAWAY_SETTINGS : {}) };
    const command = [
      ...runAs.commandPrefix,
      binaries.postgres,
      '-D',
      dataDirectory,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const staleFile = join(dataDirectory, 'postmaster.pid');
    const server = await superviseServer('PostgreSQL', log, () =>
      serverDirectory.startServer({ command, signal: 'INT', staleFile }, () =>
        acceptsQueries(toUrl('postgres'), serverDirectory),
      ),
    );
    try {
      await createDatabase(toUrl('postgres'));
    } catch (cause) {
      await server.stop();
      throw new EmbeddedServerError(
        `PostgreSQL could not create the database: ${String(cause)}`,
        '',
        cause,
      );
    }
    log.info(`PostgreSQL is running on 127.0.0.1:${port}; data directory: ${dataDirectory}`);
    return { url: toUrl(DATABASE_NAME), stop: () => server.stop() };
  });
}

/** Treats `cannot_connect_now` (57P03) and a refused connection as "not ready yet". */
async function acceptsQueries(url: string, serverDirectory: ServerDirectory): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === '28P01') throw serverDirectory.toError('does not accept its stored password');
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      DATABASE_NAME,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}
