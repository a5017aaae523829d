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
export interface AppOutput {
  databaseUrl: string;
  redisUrl: string;
  error?: string;
}

/**
 * Starts embedded servers on a `DATA_DIR` that all tests of a file share. Each test sees the files of the
 * previous test. The processes of a test are ended before the next test starts.
 */
export class EmbeddedServersFixture {
  directory = '';
  readonly logLines: string[] = [];
  private readonly apps: ChildProcess[] = [];
  private readonly startedServers: EmbeddedServers[] = [];

  /** Call it once, at the top of a test file. */
  static forThisFile(): EmbeddedServersFixture {
    const fixture = new EmbeddedServersFixture();
    beforeAll(() => {
      fixture.directory = mkdtempSync(join(tmpdir(), "pressroom it's ünicode-"));
    });
    beforeEach(() => {
      fixture.logLines.length = 0;
    });
    afterEach(() => fixture.endAll());
    afterAll(() => {
      rmSync(fixture.directory, { recursive: true, force: true });
    });
    return fixture;
  }

  /** Starts the servers from this process. */
  async start(directory = this.directory): Promise<EmbeddedServers> {
    const write = (line: string) => void this.logLines.push(line);
    const log = { info: write, warn: write, error: write };
    const servers = await startEmbeddedServers({ DATA_DIR: directory }, log);
    this.startedServers.push(servers);
    return servers;
  }

  async stop(): Promise<void> {
    await Promise.all(this.startedServers.splice(0).map((servers) => servers.stop()));
  }

  /** Starts the servers from a separate process with its own process group, as a shell would. */
  spawnApp(directory = this.directory): ChildProcess {
    const script = join(import.meta.dirname, 'embedded-app.ts');
    const app = spawn(process.execPath, ['--import', 'tsx', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    this.apps.push(app);
    return app;
  }

  async readOutput(app: ChildProcess): Promise<AppOutput> {
    const [line] = (await once(createInterface(app.stdout!), 'line')) as [string];
    return JSON.parse(line) as AppOutput;
  }

  readPid(server: 'postgres' | 'redis'): number {
    return Number(readFileSync(join(this.directory, server, 'pid'), 'utf8'));
  }

  readPids(): number[] {
    return [this.readPid('postgres'), this.readPid('redis')];
  }

  private async endAll(): Promise<void> {
    const runningApps = this.apps
      .splice(0)
      .filter((app) => app.exitCode === null && !app.signalCode);
    const exitEvents = runningApps.map((app) => once(app, 'exit'));
    for (const app of runningApps) app.kill('SIGKILL');
    await Promise.all(exitEvents);
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
