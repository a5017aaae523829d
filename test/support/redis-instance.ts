import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisBinary } from '../../src/platform/embedded/redis-binary.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

export interface RedisOptions {
  password?: string;
  settings?: Record<string, string>;
}

/** A Redis server that the test may reconfigure, on a free port of the loopback interface. */
export class RedisInstance {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
    /** Current password of the server. */
    private password: string,
  ) {}

  /** @param settings lines of redis.conf, e.g. `{ 'cluster-enabled': 'yes' }` */
  static async start({ password = '', settings = {} }: RedisOptions = {}) {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-redis-'));
    const port = await freePort();
    const all = { port, bind: '127.0.0.1', dir: directory, save: '', ...settings };
    const options = Object.entries({ ...all, ...(password ? { requirepass: password } : {}) });
    const child = spawn(
      await findRedisBinary(QUIET),
      options.flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: 'ignore' },
    );
    const instance = new RedisInstance(child, directory, port, password);
    await eventually(() => instance.command('PING').then(() => true), { what: 'Redis to answer' });
    return instance;
  }

  /** Returns the URL with `password`, by default the current one; without a password for `''`. */
  url(password = this.password): string {
    return `redis://${password && `:${password}@`}127.0.0.1:${this.port}/0`;
  }

  command(name: string, ...words: string[]): Promise<unknown> {
    return RedisInstance.clientOf(this.port, this.password)(name, ...words);
  }

  /** Returns a function that sends one command to a Redis or a Sentinel on this machine. */
  static clientOf(port: number, password: string) {
    return async (name: string, ...words: string[]): Promise<unknown> => {
      const options = { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null };
      const redis = new Redis({ port, host: '127.0.0.1', password, ...options });
      redis.on('error', () => {});
      try {
        await redis.connect();
        return await redis.call(name, ...words);
      } finally {
        redis.disconnect();
      }
    };
  }

  /** Sets another password and ends all connections that were opened with the old one. */
  async changePassword(password: string): Promise<void> {
    await this.command('CONFIG', 'SET', 'requirepass', password);
    this.password = password;
    await this.disconnectClients();
  }

  /** Disconnects all clients, including blocking and subscribing ones. */
  async disconnectClients(): Promise<void> {
    for (const type of ['normal', 'pubsub']) {
      await this.command('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
