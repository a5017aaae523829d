import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisBinary } from '../../src/platform/embedded/redis-binary.js';
import { eventually } from './eventually.js';
import { findFreePort } from './free-port.js';
import { RedisInstance } from './redis-instance.js';

const SILENT_LOG = { info: () => {}, warn: () => {}, error: () => {} };
/** The Sentinel replaces the primary after this time without a response. */
const DOWN_AFTER_MS = 1000;

/** A primary, a replica, and one Sentinel that fails over to the replica. */
export class SentinelSet {
  readonly name = 'mymaster';

  private constructor(
    readonly primary: RedisInstance,
    readonly replica: RedisInstance,
    readonly port: number,
    private readonly sentinel: ChildProcess,
    private readonly directory: string,
  ) {}

  /**
   * @param password password of the primary and the replica
   * @param sentinelPassword password of the Sentinel
   */
  static async start(password: string, sentinelPassword: string): Promise<SentinelSet> {
    const settings = { masterauth: password, 'repl-diskless-sync-delay': '0' };
    const primary = await RedisInstance.start({ password, settings });
    const replica = await RedisInstance.start({ password, settings });
    await replica.sendCommand('REPLICAOF', '127.0.0.1', String(primary.port));
    await eventually(
      async () =>
        String(await replica.sendCommand('INFO', 'replication')).includes('link_status:up'),
      { description: 'the replica to connect' },
    );
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-sentinel-'));
    const port = await findFreePort();
    const configPath = join(directory, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${directory}`,
      `requirepass ${sentinelPassword}`,
      `sentinel monitor mymaster 127.0.0.1 ${primary.port} 1`,
      `sentinel auth-pass mymaster ${password}`,
      `sentinel down-after-milliseconds mymaster ${DOWN_AFTER_MS}`,
    ];
    await writeFile(configPath, `${lines.join('\n')}\n`);
    const sentinel = spawn(await findRedisBinary(SILENT_LOG), [configPath, '--sentinel'], {
      stdio: 'ignore',
    });
    const set = new SentinelSet(primary, replica, port, sentinel, directory);
    const sendToSentinel = RedisInstance.createCommandSender(port, sentinelPassword);
    await eventually(
      async () => {
        const replicas = await sendToSentinel('SENTINEL', 'replicas', 'mymaster');
        return (replicas as unknown[]).length === 1;
      },
      { description: 'the Sentinel to find the replica' },
    );
    return set;
  }

  async stop(): Promise<void> {
    if (this.sentinel.exitCode === null) {
      const exitEvent = once(this.sentinel, 'exit');
      this.sentinel.kill('SIGKILL');
      await exitEvent;
    }
    await Promise.all([this.primary.stop(), this.replica.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }
}
