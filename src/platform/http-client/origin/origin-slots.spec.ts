import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../test/support/eventually.js';
import type { AppError } from '../../errors/app-error.js';
import { AdaptiveConcurrencyLimit } from './adaptive-concurrency-limit.js';
import { OriginSlots } from './origin-slots.js';
import { SlotScheduler } from './slot-scheduler.js';

/**
 * Starts downloads such as `a1`, `a2` and `b1` from the hosts a and b, and ends them on demand. Records
 * their order.
 */
class Downloads {
  readonly startedNames: string[] = [];
  private readonly finishByName = new Map<string, () => void>();
  private readonly hosts = new Map<string, OriginSlots>();
  private readonly scheduler: SlotScheduler;

  constructor(
    totalSlots: number,
    private readonly maxPerHost: number,
    private readonly maxWaitMs?: number,
  ) {
    this.scheduler = new SlotScheduler(totalSlots);
  }

  getSlots(host: string): OriginSlots {
    const concurrency = new AdaptiveConcurrencyLimit(this.maxPerHost);
    const slots =
      this.hosts.get(host) ?? new OriginSlots(host, this.scheduler, concurrency, this.maxWaitMs);
    this.hosts.set(host, slots);
    return slots;
  }

  startDownload(name: string, signal?: AbortSignal): Promise<void> {
    return this.getSlots(name.slice(0, 1)).runInSlot(signal, () => {
      this.startedNames.push(name);
      return new Promise<void>((resolve) => this.finishByName.set(name, resolve));
    });
  }

  async endDownload(name: string): Promise<void> {
    this.finishByName.get(name)!();
    await waitForCallbacks();
  }
}

/** Returns the number of promises that have been rejected so far. */
async function countRejected(results: Promise<unknown>[]): Promise<number> {
  const pending = Symbol('pending');
  const states = await Promise.all(
    results.map((result) => Promise.race([result, waitForCallbacks().then(() => pending)])),
  );
  return states.filter((state) => state instanceof Error).length;
}

const waitForCallbacks = () => new Promise((resolve) => setImmediate(resolve));

describe('OriginSlots', () => {
  it('OriginSlots lets a slow host fill only its own slots', async () => {
    const downloads = new Downloads(10, 2);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void downloads.startDownload(name);
    await waitForCallbacks();
    expect(downloads.startedNames).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    await downloads.endDownload('a1');
    expect(downloads.startedNames.at(-1)).toBe('a3');
  });

  it('OriginSlots never runs more downloads than there are slots in total', async () => {
    const downloads = new Downloads(2, 2);
    for (const name of ['a1', 'b1', 'c1']) void downloads.startDownload(name);
    await waitForCallbacks();
    expect(downloads.startedNames).toEqual(['a1', 'b1']);
  });

  it('OriginSlots serves waiting hosts in turn', async () => {
    const downloads = new Downloads(1, 1);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1']) void downloads.startDownload(name);
    await waitForCallbacks();
    for (let i = 0; i < 5; i += 1) await downloads.endDownload(downloads.startedNames.at(-1)!);
    expect(downloads.startedNames).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
  });

  it('OriginSlots serves a host with two waiting downloads before the thousandth download of another host', async () => {
    const downloads = new Downloads(4, 4);
    for (let i = 1; i <= 1000; i += 1) void downloads.startDownload(`a${i}`);
    for (const name of ['b1', 'b2']) void downloads.startDownload(name);
    await waitForCallbacks();
    for (const name of ['a1', 'a2', 'a3', 'a4']) await downloads.endDownload(name);
    expect(downloads.startedNames.slice(4)).toEqual(['a5', 'b1', 'a6', 'b2']);
  });

  it('OriginSlots frees the slot of a download that fails', async () => {
    const slots = new Downloads(1, 1).getSlots('a');
    const failingDownload = slots.runInSlot(undefined, () => Promise.reject(new Error('failed')));
    await expect(failingDownload).rejects.toThrow('failed');
    await expect(slots.runInSlot(undefined, () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('OriginSlots removes an aborted download from the queue', async () => {
    const downloads = new Downloads(1, 1);
    const controller = new AbortController();
    void downloads.startDownload('a1');
    const waitingDownload = downloads.startDownload('a2', controller.signal);
    void downloads.startDownload('a3');
    controller.abort(new Error('stopped'));
    await expect(waitingDownload).rejects.toThrow('stopped');
    await downloads.endDownload('a1');
    expect(downloads.startedNames).toEqual(['a1', 'a3']);
  });

  it('OriginSlots rejects all but two waiting downloads of a host that never finishes one', async () => {
    const downloads = new Downloads(10, 2, 20);
    const results = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) =>
      downloads.startDownload(name).then(
        () => 'done',
        (error: AppError) => error,
      ),
    );
    const firstRejection = await Promise.race([results[2], results[3]]);
    expect(firstRejection).toMatchObject({ code: 'host_busy', retry: 'uncounted' });
    expect((firstRejection as AppError).retryAfterMs).toBeGreaterThan(0);
    await eventually(async () => (await countRejected(results)) === 2);

    // Another download is rejected immediately. Other hosts are still served.
    await expect(downloads.startDownload('a7')).rejects.toMatchObject({ code: 'host_busy' });
    void downloads.startDownload('b1');
    await waitForCallbacks();
    expect(downloads.startedNames).toEqual(['a1', 'a2', 'b1']);
    // The free slot goes to one of the two downloads that are still waiting.
    await downloads.endDownload('a1');
    expect(downloads.startedNames).toHaveLength(4);
    expect(downloads.startedNames[3]).toMatch(/^a/);
  });
});
