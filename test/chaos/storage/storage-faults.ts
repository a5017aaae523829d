import { setTimeout as sleep } from 'node:timers/promises';
import { type CallFault, S3FaultProxy } from '../../support/s3/s3-fault-proxy.js';
import { FaultProxy } from '../fault-proxy.js';
import { Random } from '../random.js';

/** Share of the calls with each fault. */
const SHARES: [CallFault, number][] = [
  ['slow down', 0.02],
  ['cut', 0.01],
  ['no response', 0.01],
  ['late', 0.001],
];
/** Time between two resets of all connections, in milliseconds. */
const RESET_EVERY_MS = 7000;
/** An outage lasts longer than the SDK repeats a call. The caller then gets an error. */
const OUTAGE_EVERY_MS = 45_000;
const OUTAGE_MS = 4000;

/**
 * Injects faults between Pressroom and an S3 server: into single calls, and into all connections at
 * once. `counts` has the number of each.
 */
export class StorageFaults {
  readonly counts: Record<CallFault | 'reset' | 'outage', number> = {
    'slow down': 0,
    cut: 0,
    'no response': 0,
    late: 0,
    reset: 0,
    outage: 0,
  };
  private readonly ended = new AbortController();
  private readonly loops: Promise<void>[];

  private constructor(
    private readonly calls: S3FaultProxy,
    private readonly connections: FaultProxy,
    random: Random,
  ) {
    calls.selectFault = () => this.drawFault(random);
    this.loops = [
      this.every(RESET_EVERY_MS, () => this.reset()),
      this.every(OUTAGE_EVERY_MS, () => this.interrupt()),
    ];
  }

  static async before(endpoint: string, seed: number): Promise<StorageFaults> {
    const connections = await FaultProxy.before(endpoint);
    const calls = await S3FaultProxy.startBefore(connections.url);
    return new StorageFaults(calls, connections, Random.named(seed, 'storage'));
  }

  get url(): string {
    return this.calls.url;
  }

  /** Number of calls that came in. */
  get callCount(): number {
    return this.calls.calls.length;
  }

  async close(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.loops);
    await this.calls.close();
    await this.connections.refuse();
  }

  private drawFault(random: Random): CallFault | undefined {
    let drawn = random.next();
    for (const [fault, share] of SHARES) {
      if (drawn < share) {
        this.counts[fault] += 1;
        return fault;
      }
      drawn -= share;
    }
    return undefined;
  }

  private async reset(): Promise<void> {
    this.counts.reset += 1;
    this.connections.reset();
  }

  private async interrupt(): Promise<void> {
    this.counts.outage += 1;
    await this.connections.refuse();
    await sleep(OUTAGE_MS);
    await this.connections.accept();
  }

  private async every(ms: number, inject: () => Promise<void>): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await inject();
    }
  }
}
