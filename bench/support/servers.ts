import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const EMBEDDED_SCRIPT = '../../test/support/embedded-app.ts';
const INSTALLED_SCRIPT = './installed-servers-process.ts';

/**
 * Runs PostgreSQL and Redis in a child process. Uses the app's embedded servers, or the installed
 * servers if `POSTGRES_BIN` is set, e.g. `POSTGRES_BIN=/usr/lib/postgresql/15/bin`.
 */
export class Servers {
  private constructor(
    private readonly child: ChildProcess,
    readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(folder: string): Promise<Servers> {
    const script = new URL(
      process.env.POSTGRES_BIN ? INSTALLED_SCRIPT : EMBEDDED_SCRIPT,
      import.meta.url,
    );
    const args = ['--import', 'tsx', fileURLToPath(script), folder];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const message = JSON.parse(line) as { databaseUrl: string; redisUrl: string; error?: string };
    if (message.error) throw new Error(message.error);
    return new Servers(child, message.databaseUrl, message.redisUrl);
  }

  get pid(): number {
    return this.child.pid!;
  }

  async withDatabase<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Returns `used_memory` in MB. */
  async readRedisMemoryMb(): Promise<number> {
    const redis = new Redis(this.redisUrl);
    try {
      return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / 1024 / 1024;
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    const exitEvent = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exitEvent;
  }
}
