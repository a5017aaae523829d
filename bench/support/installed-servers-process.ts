import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { findRedisBinary } from '../../src/platform/embedded/redis-binary.js';
import {
  changeOwner,
  findUnprivilegedUser,
} from '../../src/platform/embedded/unprivileged-user.js';
import { eventually } from '../../test/support/eventually.js';
import { findFreePort } from '../../test/support/free-port.js';

/**
 * Runs PostgreSQL from the folder `POSTGRES_BIN` and Redis from the PATH. Started as `installed-servers-process.ts
 * FOLDER`. Prints one JSON line when both servers respond, and stops them on SIGTERM. Unlike the app's
 * embedded servers, they use the default settings of their packages, except for the number of connections.
 */
const folder = process.argv[2];
const getProgramPath = (name: string) => join(process.env.POSTGRES_BIN!, name);
const [postgresFolder, redisFolder] = [join(folder, 'postgres'), join(folder, 'redis')];
for (const directory of [postgresFolder, redisFolder])
  mkdirSync(directory, { recursive: true, mode: 0o700 });
const runAs = findUnprivilegedUser(getProgramPath('postgres'), postgresFolder);
changeOwner(postgresFolder, runAs);

const start = (command: string, args: string[]) =>
  spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
const startPostgres = (name: string, args: string[]) => {
  const [command, ...commandArgs] = [
    ...runAs.commandPrefix,
    getProgramPath(name),
    '-D',
    postgresFolder,
    ...args,
  ];
  return start(command, commandArgs);
};
const [status] = (await once(
  startPostgres('initdb', ['-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8']),
  'exit',
)) as [number];
if (status !== 0) throw new Error(`initdb failed with status ${status}`);

const [port, redisPort] = [await findFreePort(), await findFreePort()];
const settings = {
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
};
const redisSettings = {
  port: redisPort,
  bind: '127.0.0.1',
  dir: redisFolder,
  appendonly: 'yes',
  save: '',
  'maxmemory-policy': 'noeviction',
};
const servers = [
  startPostgres(
    'postgres',
    Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ),
  start(
    await findRedisBinary({ info: () => {}, warn: console.error, error: console.error }),
    Object.entries(redisSettings).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ),
];
const toDatabaseUrl = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
const redisUrl = `redis://127.0.0.1:${redisPort}`;

await eventually(() => createDatabase(), {
  timeoutMs: 60_000,
  description: 'PostgreSQL to respond',
});
const redis = new Redis(redisUrl);
await redis.ping();
redis.disconnect();
process.once('SIGTERM', () => {
  // On SIGINT, PostgreSQL ends its sessions instead of waiting for them.
  for (const server of servers) server.kill('SIGINT');
});
console.log(JSON.stringify({ databaseUrl: toDatabaseUrl('pressroom'), redisUrl }));

async function createDatabase(): Promise<boolean> {
  const client = new Client({ connectionString: toDatabaseUrl('postgres') });
  try {
    await client.connect();
    await client.query('CREATE DATABASE pressroom');
    return true;
  } finally {
    await client.end();
  }
}
