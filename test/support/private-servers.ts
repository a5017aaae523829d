import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import {
  type EmbeddedServers,
  startEmbeddedServers,
} from '../../src/platform/embedded/embedded-servers.js';

/** Output of `embedded-app.ts`. */
export interface AppAnswer {
  databaseUrl: string;
  redisUrl: string;
  error?: string;
}

/**
 * Private servers on a `DATA_DIR` that the tests of a file share. Each test finds the files of the one before
 * it. The processes of a test end before the next test starts.
 */
export class PrivateServers {
  directory = '';
  readonly logged: string[] = [];
  private readonly apps: ChildProcess[] = [];
  private readonly running: EmbeddedServers[] = [];

  /** Call it once, at the top of a test file. */
  static forThisFile(): PrivateServers {
    const servers = new PrivateServers();
    beforeAll(() => {
      servers.directory = mkdtempSync(join(tmpdir(), "pressroom it's ünicode-"));
    });
    beforeEach(() => {
      servers.logged.length = 0;
    });
    afterEach(() => servers.endAll());
    afterAll(() => {
      rmSync(servers.directory, { recursive: true, force: true });
    });
    return servers;
  }

  /** Starts them within this process. */
  async start(directory = this.directory): Promise<EmbeddedServers> {
    const write = (line: string) => void this.logged.push(line);
    const log = { info: write, warn: write, error: write };
    const started = await startEmbeddedServers({ DATA_DIR: directory }, log);
    this.running.push(started);
    return started;
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map((servers) => servers.stop()));
  }

  /** Starts them within its own process, and its own process group, as a shell would. */
  spawnApp(directory = this.directory): ChildProcess {
    const script = join(import.meta.dirname, 'embedded-app.ts');
    const app = spawn(process.execPath, ['--import', 'tsx', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    this.apps.push(app);
    return app;
  }

  async answerOf(app: ChildProcess): Promise<AppAnswer> {
    const [line] = (await once(createInterface(app.stdout!), 'line')) as [string];
    return JSON.parse(line) as AppAnswer;
  }

  pid(server: 'postgres' | 'redis'): number {
    return Number(readFileSync(join(this.directory, server, 'pid'), 'utf8'));
  }

  pids(): number[] {
    return [this.pid('postgres'), this.pid('redis')];
  }

  private async endAll(): Promise<void> {
    const alive = this.apps.splice(0).filter((app) => app.exitCode === null && !app.signalCode);
    const ended = alive.map((app) => once(app, 'exit'));
    for (const app of alive) app.kill('SIGKILL');
    await Promise.all(ended);
    await this.stop();
  }
}

export async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

export async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const options = { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null };
  const redis = new Redis(url, options);
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}
