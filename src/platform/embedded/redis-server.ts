import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { EmbeddedServerError } from './errors.js';
import { startOnFreePort } from './free-port.js';
import type { GuardedProcess } from './guarded-process.js';
import { superviseServer } from './supervise-server.js';
import type { StartupLogger } from './startup-logger.js';
import type { EmbeddedServer } from './postgres-server.js';
import { ServerDirectory } from './server-directory.js';

/** Terms that redis-server and valkey-server log for a damaged file or a file from a later version. */
const UNREADABLE_FILE_TERMS = ['append only file', 'AOF', 'RDB'];

/** Starts Redis or Valkey with the data in `directory`. Connections require a password, which changes at each start. */
export async function startRedis(
  binary: string,
  directory: string,
  log: StartupLogger,
  { throwaway = false } = {},
): Promise<EmbeddedServer> {
  const serverDirectory = new ServerDirectory(resolve(directory), 'Redis', log);
  serverDirectory.assertNotInUse();
  const dataDirectory = join(serverDirectory.path, 'data');
  const password = randomBytes(24).toString('base64url');
  // The name contains the PID, so a second app does not overwrite the file of the running app.
  const configFile = join(serverDirectory.path, `redis.${process.pid}.conf`);

  return startOnFreePort(async (port) => {
    const url = `redis://:${password}@127.0.0.1:${port}/0`;
    const start = () => {
      mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
      const settings = formatConfig({ dataDirectory, port, password, throwaway });
      writeFileSync(configFile, settings, { mode: 0o600 });
      return serverDirectory.startServer({ command: [binary, configFile], signal: 'TERM' }, () =>
        acceptsCommands(url),
      );
    };
    const server = await superviseServer('Redis', log, () =>
      startOrDiscardData(start, dataDirectory, log),
    );
    removeOtherConfigs(serverDirectory.path, configFile);
    log.info(`Redis is running on 127.0.0.1:${port}; data directory: ${dataDirectory}`);
    return { url, stop: () => server.stop() };
  });
}

function removeOtherConfigs(directory: string, currentFile: string): void {
  const configs = readdirSync(directory).filter((name) => /^redis\.\d+\.conf$/.test(name));
  for (const name of configs) {
    if (join(directory, name) !== currentFile) rmSync(join(directory, name), { force: true });
  }
}

/** Starts Redis without data if it cannot read its files, because PostgreSQL is the source of truth. */
async function startOrDiscardData(
  start: () => Promise<GuardedProcess>,
  dataDirectory: string,
  log: StartupLogger,
): Promise<GuardedProcess> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof EmbeddedServerError) || !error.hasLogged(...UNREADABLE_FILE_TERMS))
      throw error;
    const backupPath = `${dataDirectory}.unreadable-${Date.now()}`;
    log.warn(
      `${error.message}. Starting Redis without data. The old data was moved to ${backupPath}.`,
    );
    renameSync(dataDirectory, backupPath);
    return start();
  }
}

interface RedisSettings {
  dataDirectory: string;
  port: number;
  password: string;
  throwaway: boolean;
}

function formatConfig({ dataDirectory, port, password, throwaway }: RedisSettings): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dataDirectory)}`,
    'daemonize no',
    // The next start uses the command line to find a running server of this directory.
    'set-proc-title no',
    `appendonly ${throwaway ? 'no' : 'yes'}`,
    'appendfsync everysec',
    'aof-load-truncated yes',
    'save ""',
    'maxmemory-policy noeviction',
    // Each test file uses its own logical database.
    `databases ${throwaway ? 1024 : 16}`,
    '',
  ].join('\n');
}

async function acceptsCommands(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    // After a refused connection, ioredis starts a timer of this duration. The default would delay the exit.
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
