import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { keep } from './child.js';

const SCRIPT = fileURLToPath(new URL('../../test/support/embedded-app.ts', import.meta.url));

/** The private PostgreSQL and Redis that the app would bring up, in a process of their own. */
export class Servers {
  private constructor(
    private readonly child: ChildProcess,
    readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(folder: string): Promise<Servers> {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    keep(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const answer = JSON.parse(line) as { databaseUrl: string; redisUrl: string; error?: string };
    if (answer.error) throw new Error(answer.error);
    return new Servers(child, answer.databaseUrl, answer.redisUrl);
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

  /** `used_memory`, in MB. */
  async redisMemoryMb(): Promise<number> {
    const redis = new Redis(this.redisUrl);
    try {
      return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / 1024 / 1024;
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
