import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisBinary } from '../../src/platform/embedded/redis-binary.js';
import { eventually } from './eventually.js';
import { findFreePort } from './free-port.js';

const SILENT_LOG = { info: () => {}, warn: () => {}, error: () => {} };

export interface RedisOptions {
  password?: string;
  settings?: Record<string, string>;
}

/** A Redis server on a free loopback port. Tests may change its configuration. */
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
    const port = await findFreePort();
    const allSettings = { port, bind: '127.0.0.1', dir: directory, save: '', ...settings };
    const options = Object.entries({
      ...allSettings,
      ...(password ? { requirepass: password } : {}),
    });
    const child = spawn(
      await findRedisBinary(SILENT_LOG),
      options.flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: 'ignore' },
    );
    const instance = new RedisInstance(child, directory, port, password);
    await eventually(() => instance.sendCommand('PING').then(() => true), {
      description: 'Redis to respond',
    });
    return instance;
  }

  /** Returns the URL with `password`, by default the current one. `''` omits the password. */
  url(password = this.password): string {
    return `redis://${password && `:${password}@`}127.0.0.1:${this.port}/0`;
  }

  sendCommand(name: string, ...args: string[]): Promise<unknown> {
    return RedisInstance.createCommandSender(this.port, this.password)(name, ...args);
  }

  /** Returns a function that sends one command to a Redis or a Sentinel on this machine. */
  static createCommandSender(port: number, password: string) {
    return async (name: string, ...args: string[]): Promise<unknown> => {
      const options = { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null };
      const redis = new Redis({ port, host: '127.0.0.1', password, ...options });
      redis.on('error', () => {});
      try {
        await redis.connect();
        return await redis.call(name, ...args);
      } finally {
        redis.disconnect();
      }
    };
  }

  /** Sets a new password and closes all connections that were opened with the old one. */
  async changePassword(password: string): Promise<void> {
    await this.sendCommand('CONFIG', 'SET', 'requirepass', password);
    this.password = password;
    await this.disconnectClients();
  }

  /** Disconnects all clients, including blocking and subscribing ones. */
  async disconnectClients(): Promise<void> {
    for (const type of ['normal', 'pubsub']) {
      await this.sendCommand('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exitEvent = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exitEvent;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
