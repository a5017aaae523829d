import { Redis } from 'ioredis';

/** Number of calls that Redis has executed, by command. */
export type CallCounts = Map<string, number>;

/**
 * Uses MONITOR to count the calls of all clients. The statistics of `INFO` do not separate the calls of clients
 * from those inside Lua scripts.
 */
export class RedisCallCounter {
  /** Calls from clients. A script counts once. */
  readonly clientCalls: CallCounts = new Map();
  readonly scriptCalls: CallCounts = new Map();

  private constructor(
    private readonly client: Redis,
    monitor: Redis,
  ) {
    monitor.on('monitor', (_time: string, [name]: string[], source: string) => {
      const calls = source === 'lua' ? this.scriptCalls : this.clientCalls;
      const key = name.toLowerCase();
      calls.set(key, (calls.get(key) ?? 0) + 1);
    });
    this.stop = () => {
      monitor.disconnect();
      client.disconnect();
    };
  }

  /** Stops counting. */
  readonly stop: () => void;

  static async start(redisUrl: string): Promise<RedisCallCounter> {
    const client = new Redis(redisUrl);
    return new RedisCallCounter(client, await client.monitor());
  }

  /** Resolves when all previous calls are counted. */
  async settle(): Promise<void> {
    const before = this.clientCalls.get('ping') ?? 0;
    await this.client.ping();
    while ((this.clientCalls.get('ping') ?? 0) === before) await new Promise(setImmediate);
  }

  /** Sets all counts to zero. */
  reset(): void {
    this.clientCalls.clear();
    this.scriptCalls.clear();
  }
}

export const sumCalls = (calls: CallCounts): number =>
  [...calls.values()].reduce((a, b) => a + b, 0);

/** Describes the most frequent calls, per image, e.g. `evalsha 2.1, multi 0.3`. */
export const describeCalls = (calls: CallCounts, imageCount: number, limit: number): string =>
  [...calls]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, limit)
    .map(([name, count]) => `${name} ${(count / imageCount).toFixed(2)}`)
    .join(', ');
