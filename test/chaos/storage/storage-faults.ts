import { setTimeout as sleep } from 'node:timers/promises';
import { type CallFault, S3FaultProxy } from '../../support/s3/s3-fault-proxy.js';
import { FaultProxy } from '../fault-proxy.js';
import { Random } from '../random.js';

/** Share of calls with each fault. */
const FAULT_RATES: [CallFault, number][] = [
  ['slow down', 0.02],
  ['cut', 0.01],
  ['no response', 0.01],
  ['late', 0.001],
];
/** Time between two resets of all connections, in milliseconds. */
const RESET_INTERVAL_MS = 7000;
/** Time between two outages. An outage lasts longer than the SDK retries, so the caller receives an error. */
const OUTAGE_INTERVAL_MS = 45_000;
const OUTAGE_DURATION_MS = 4000;

/**
 * Injects faults between Pressroom and an S3 server, either into single calls or into all connections.
 * `counts` contains the number of each fault.
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
  private readonly abortController = new AbortController();
  private readonly loops: Promise<void>[];

  private constructor(
    private readonly callProxy: S3FaultProxy,
    private readonly connectionProxy: FaultProxy,
    random: Random,
  ) {
    callProxy.selectFault = () => this.pickFault(random);
    this.loops = [
      this.injectEvery(RESET_INTERVAL_MS, () => this.resetConnections()),
      this.injectEvery(OUTAGE_INTERVAL_MS, () => this.causeOutage()),
    ];
  }

  static async startFor(endpoint: string, seed: number): Promise<StorageFaults> {
    const connectionProxy = await FaultProxy.startFor(endpoint);
    const callProxy = await S3FaultProxy.startFor(connectionProxy.url);
    return new StorageFaults(callProxy, connectionProxy, Random.forName(seed, 'storage'));
  }

  get url(): string {
    return this.callProxy.url;
  }

  /** Number of received calls. */
  get callCount(): number {
    return this.callProxy.calls.length;
  }

  async close(): Promise<void> {
    this.abortController.abort();
    await Promise.all(this.loops);
    await this.callProxy.close();
    await this.connectionProxy.refuseConnections();
  }

  private pickFault(random: Random): CallFault | undefined {
    let randomValue = random.next();
    for (const [fault, share] of FAULT_RATES) {
      if (randomValue < share) {
        this.counts[fault] += 1;
        return fault;
      }
      randomValue -= share;
    }
    return undefined;
  }

  private async resetConnections(): Promise<void> {
    this.counts.reset += 1;
    this.connectionProxy.resetConnections();
  }

  private async causeOutage(): Promise<void> {
    this.counts.outage += 1;
    await this.connectionProxy.refuseConnections();
    await sleep(OUTAGE_DURATION_MS);
    await this.connectionProxy.acceptConnections();
  }

  private async injectEvery(intervalMs: number, inject: () => Promise<void>): Promise<void> {
    const { signal } = this.abortController;
    while (!signal.aborted) {
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await inject();
    }
  }
}
