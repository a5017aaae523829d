import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../test/support/eventually.js';
import type { AppError } from '../../errors/app-error.js';
import { AdaptiveConcurrency } from './concurrency-per-host.js';
import { OriginSlots } from './origin-slots.js';
import { SlotScheduler } from './slot-scheduler.js';

/** Downloads `a1`, `a2`, `b1` … of the hosts a and b, which end on demand. Records their order. */
class Downloads {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();
  private readonly hosts = new Map<string, OriginSlots>();
  private readonly scheduler: SlotScheduler;

  constructor(
    total: number,
    private readonly perHost: number,
    private readonly maxWaitMs?: number,
  ) {
    this.scheduler = new SlotScheduler(total);
  }

  slotsOf(host: string): OriginSlots {
    const concurrency = new AdaptiveConcurrency(this.perHost);
    const slots =
      this.hosts.get(host) ?? new OriginSlots(host, this.scheduler, concurrency, this.maxWaitMs);
    this.hosts.set(host, slots);
    return slots;
  }

  start(name: string, signal?: AbortSignal): Promise<void> {
    return this.slotsOf(name.slice(0, 1)).runInSlot(signal, () => {
      this.begun.push(name);
      return new Promise<void>((resolve) => this.ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)!();
    await settled();
  }
}

/** Returns the number of promises that are rejected so far. */
async function rejected(ends: Promise<unknown>[]): Promise<number> {
  const pending = Symbol('pending');
  const states = await Promise.all(
    ends.map((end) => Promise.race([end, settled().then(() => pending)])),
  );
  return states.filter((state) => state instanceof Error).length;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('OriginSlots', () => {
  it('OriginSlots lets a slow host fill only its own slots', async () => {
    const downloads = new Downloads(10, 2);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void downloads.start(name);
    await settled();
    expect(downloads.begun).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    await downloads.end('a1');
    expect(downloads.begun.at(-1)).toBe('a3');
  });

  it('OriginSlots never runs more downloads than the total', async () => {
    const downloads = new Downloads(2, 2);
    for (const name of ['a1', 'b1', 'c1']) void downloads.start(name);
    await settled();
    expect(downloads.begun).toEqual(['a1', 'b1']);
  });

  it('OriginSlots serves waiting hosts in turn', async () => {
    const downloads = new Downloads(1, 1);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1']) void downloads.start(name);
    await settled();
    for (let i = 0; i < 5; i += 1) await downloads.end(downloads.begun.at(-1)!);
    expect(downloads.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
  });

  it('OriginSlots serves a host with two waiting downloads before the thousandth download of another host', async () => {
    const downloads = new Downloads(4, 4);
    for (let i = 1; i <= 1000; i += 1) void downloads.start(`a${i}`);
    for (const name of ['b1', 'b2']) void downloads.start(name);
    await settled();
    for (const name of ['a1', 'a2', 'a3', 'a4']) await downloads.end(name);
    expect(downloads.begun.slice(4)).toEqual(['a5', 'b1', 'a6', 'b2']);
  });

  it('OriginSlots frees the slot of a download that throws', async () => {
    const slots = new Downloads(1, 1).slotsOf('a');
    const failing = slots.runInSlot(undefined, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(slots.runInSlot(undefined, () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('OriginSlots removes an aborted download from the queue', async () => {
    const downloads = new Downloads(1, 1);
    const stopped = new AbortController();
    void downloads.start('a1');
    const waiting = downloads.start('a2', stopped.signal);
    void downloads.start('a3');
    stopped.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await downloads.end('a1');
    expect(downloads.begun).toEqual(['a1', 'a3']);
  });

  it('OriginSlots rejects all but two waiting downloads of a host that never finishes one', async () => {
    const downloads = new Downloads(10, 2, 20);
    const ends = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) =>
      downloads.start(name).then(
        () => 'done',
        (error: AppError) => error,
      ),
    );
    const first = await Promise.race([ends[2], ends[3]]);
    expect(first).toMatchObject({ code: 'host_busy', retry: 'uncounted' });
    expect((first as AppError).retryAfterMs).toBeGreaterThan(0);
    await eventually(async () => (await rejected(ends)) === 2);

    // A further download does not wait at all; other hosts are served.
    await expect(downloads.start('a7')).rejects.toMatchObject({ code: 'host_busy' });
    void downloads.start('b1');
    await settled();
    expect(downloads.begun).toEqual(['a1', 'a2', 'b1']);
    // The two that stayed get the slot that becomes free.
    await downloads.end('a1');
    expect(downloads.begun).toHaveLength(4);
    expect(downloads.begun[3]).toMatch(/^a/);
  });
});
