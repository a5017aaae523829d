import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { EmbeddedServerError } from './errors.js';
import { onFreePort } from './free-port.js';
import type { GuardedProcess } from './guarded-process.js';
import { superviseServer } from './supervise-server.js';
import type { Log } from './log.js';
import type { EmbeddedServer } from './postgres-server.js';
import { ServerDirectory } from './server-directory.js';

/** Messages of redis-server and valkey-server about a damaged file or one of a later version. */
const UNREADABLE = ['append only file', 'AOF', 'RDB'];

/** Starts Redis or Valkey (`binary`) on `directory`. Every connection needs the password of this run. */
export async function startRedis(
  binary: string,
  directory: string,
  log: Log,
  { throwaway = false } = {},
): Promise<EmbeddedServer> {
  const home = new ServerDirectory(resolve(directory), 'Redis', log);
  home.refuseIfInUse();
  const data = join(home.path, 'data');
  const password = randomBytes(24).toString('base64url');
  // A separate name, because a second app must not change the file of the running one.
  const config = join(home.path, `redis.${process.pid}.conf`);

  return onFreePort(async (port) => {
    const url = `redis://:${password}@127.0.0.1:${port}/0`;
    const start = () => {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      writeFileSync(config, redisConfig({ data, port, password, throwaway }), { mode: 0o600 });
      return home.start({ command: [binary, config], signal: 'TERM' }, () => acceptsCommands(url));
    };
    const server = await superviseServer('Redis', log, () => startOrDiscardData(start, data, log));
    removeOtherConfigs(home.path, config);
    log.info(`Redis is running on 127.0.0.1:${port}; data directory: ${data}`);
    return { url, stop: () => server.stop() };
  });
}

function removeOtherConfigs(directory: string, own: string): void {
  const configs = readdirSync(directory).filter((name) => /^redis\.\d+\.conf$/.test(name));
  for (const name of configs) {
    if (join(directory, name) !== own) rmSync(join(directory, name), { force: true });
  }
}

/** PostgreSQL is the source of truth, so a file that Redis cannot read must not stop the app. */
async function startOrDiscardData(
  start: () => Promise<GuardedProcess>,
  data: string,
  log: Log,
): Promise<GuardedProcess> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof EmbeddedServerError) || !error.hasLogged(...UNREADABLE)) throw error;
    const movedTo = `${data}.unreadable-${Date.now()}`;
    log.warn(`${error.message}; Redis starts without data; the old data was moved to ${movedTo}`);
    renameSync(data, movedTo);
    return start();
  }
}

interface RedisSettings {
  data: string;
  port: number;
  password: string;
  throwaway: boolean;
}

function redisConfig({ data, port, password, throwaway }: RedisSettings): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(data)}`,
    'daemonize no',
    // The command line is how a later start recognizes a server of this directory.
    'set-proc-title no',
    `appendonly ${throwaway ? 'no' : 'yes'}`,
    'appendfsync everysec',
    'aof-load-truncated yes',
    'save ""',
    'maxmemory-policy noeviction',
    // Each test file gets its own logical database.
    `databases ${throwaway ? 1024 : 16}`,
    '',
  ].join('\n');
}

async function acceptsCommands(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    // ioredis keeps a timer of this length after a refused connection, which would delay the exit.
    disconnectTimeout: 50,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
