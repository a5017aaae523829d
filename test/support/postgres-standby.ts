import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgresBinaries } from '../../src/platform/embedded/postgres-binaries.js';
import { startPostgres } from '../../src/platform/embedded/postgres-server.js';
import { findUnprivilegedUser } from '../../src/platform/embedded/unprivileged-user.js';
import { eventually } from './eventually.js';
import { findFreePort } from './free-port.js';

const SILENT_LOG = { info: () => {}, warn: () => {}, error: () => {} };

export interface PrimaryAndStandby {
  primaryUrl: string;
  standbyUrl: string;
  stopStandby(): Promise<void>;
  /** Stops both servers and removes their data. */
  stop(): Promise<void>;
}

/** Starts a PostgreSQL server for one test, and a standby that uses streaming replication. */
export async function startPrimaryAndStandby(): Promise<PrimaryAndStandby> {
  const directory = await mkdtemp(join(tmpdir(), 'pressroom-standby-'));
  const primary = await startPostgres(directory, SILENT_LOG, { throwaway: true });
  const source = join(directory, 'data');
  const target = join(directory, 'standby');
  await copyRunningServer(primary.url, source, target);
  const { stop, url } = await startStandby(primary.url, target);
  let hasStopped = false;
  const stopStandby = async () => {
    if (!hasStopped) await stop();
    hasStopped = true;
  };
  return {
    primaryUrl: primary.url,
    standbyUrl: url,
    stopStandby,
    stop: async () => {
      await stopStandby();
      await primary.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Copies the data of a running server, as pg_basebackup does. The npm packages do not include that program. */
async function copyRunningServer(url: string, source: string, target: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`);
    const { uid, gid } = await stat(source);
    await cp(source, target, {
      recursive: true,
      filter: (path) => !/\/(?:postmaster\.(?:pid|opts)|pg_wal\/[0-9A-F]+)$/.test(path),
    });
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(false)',
    );
    await writeFile(join(target, 'backup_label'), rows[0].labelfile);
    await writeFile(join(target, 'standby.signal'), '');
    await chmod(target, 0o700);
    await Promise.all(
      ['', 'backup_label', 'standby.signal'].map((name) => chown(join(target, name), uid, gid)),
    );
  } finally {
    await client.end();
  }
}

async function startStandby(primaryUrl: string, directory: string) {
  const { postgres } = findPostgresBinaries();
  const { hostname, port: primaryPort, username, password } = new URL(primaryUrl);
  const port = await findFreePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    primary_conninfo: `host=${hostname} port=${primaryPort} user=${username} password=${password}`,
  };
  const [command, ...args] = [
    ...findUnprivilegedUser(postgres, directory).commandPrefix,
    postgres,
    '-D',
    directory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(command, args, { stdio: 'ignore' });
  const url = new URL(primaryUrl);
  url.port = String(port);
  await eventually(() => isStreaming(url.href), {
    description: 'the standby to receive changes',
    timeoutMs: 30_000,
  });
  const stop = async () => {
    const exitEvent = once(child, 'exit');
    child.kill('SIGINT');
    await exitEvent;
  };
  return { url: url.href, stop };
}

async function isStreaming(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ streams: boolean }>(
      'SELECT count(*) > 0 AS streams FROM pg_stat_wal_receiver',
    );
    return rows[0].streams;
  } finally {
    await client.end();
  }
}
