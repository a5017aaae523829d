import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import type { AppError } from '../errors/app-error.js';
import { HostLimit } from './host-limit.js';
import { BacklogLimit } from './backlog-limit.js';

/** Work that ends when it is told, and a record of what began in which order. */
class Works {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly limit: HostLimit) {}

  start(name: string, signal?: AbortSignal): Promise<void> {
    const host = name.slice(0, 1);
    return this.limit.run(host, signal, () => {
      this.begun.push(name);
      return new Promise<void>((resolve) => this.ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)!();
    await settled();
  }
}

/** How many have been sent away so far. */
async function sentAway(ends: Promise<unknown>[]): Promise<number> {
  const pending = Symbol('pending');
  const states = await Promise.all(
    ends.map((end) => Promise.race([end, settled().then(() => pending)])),
  );
  return states.filter((state) => state instanceof Error).length;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('HostLimit', () => {
  it('lets a slow host fill its own places only', async () => {
    const works = new Works(new HostLimit(10, 2));
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void works.start(name);
    await settled();
    expect(works.begun).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    await works.end('a1');
    expect(works.begun.at(-1)).toBe('a3');
  });

  it('never runs more than the total', async () => {
    const works = new Works(new HostLimit(2, 2));
    for (const name of ['a1', 'b1', 'c1']) void works.start(name);
    await settled();
    expect(works.begun).toEqual(['a1', 'b1']);
  });

  it('serves waiting hosts in turn', async () => {
    const works = new Works(new HostLimit(1, 1));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1']) void works.start(name);
    await settled();
    for (let i = 0; i < 5; i += 1) await works.end(works.begun.at(-1)!);
    expect(works.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
  });

  it('frees the place of work that throws', async () => {
    const limit = new HostLimit(1, 1);
    const failing = limit.run('a', undefined, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(limit.run('a', undefined, () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('forgets who gave up waiting', async () => {
    const works = new Works(new HostLimit(1, 1));
    const impatient = new AbortController();
    void works.start('a1');
    const waiting = works.start('a2', impatient.signal);
    void works.start('a3');
    impatient.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await works.end('a1');
    expect(works.begun).toEqual(['a1', 'a3']);
  });

  it('sends away who would wait long for a host that serves nothing, all but two', async () => {
    const limit = new HostLimit(10, 2, 20);
    const works = new Works(limit);
    const ends = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) =>
      works.start(name).then(
        () => 'done',
        (error: AppError) => error,
      ),
    );
    const away = await Promise.race([ends[2], ends[3]]);
    expect(away).toMatchObject({ code: 'host_busy', retry: 'free' });
    expect((away as AppError).retryAfterMs).toBeGreaterThan(0);
    await eventually(async () => (await sentAway(ends)) === 2);

    // Whoever comes now does not wait at all; other hosts are served.
    await expect(works.start('a7')).rejects.toMatchObject({ code: 'host_busy' });
    void works.start('b1');
    await settled();
    expect(works.begun).toEqual(['a1', 'a2', 'b1']);
    // The two that stayed use what becomes free.
    await works.end('a1');
    expect(works.begun).toHaveLength(4);
    expect(works.begun[3]).toMatch(/^a/);
  });
});

describe('HostPace', () => {
  it('lets as many wait as a host has served in the window before, and two at least', () => {
    let now = 0;
    const pace = new BacklogLimit(1000, () => now);
    pace.begun('a');
    now = 999;
    expect(pace.mostWaiting('a')).toBe(Infinity);
    for (let i = 0; i < 50; i += 1) pace.served('a');
    now = 1000;
    expect(pace.mostWaiting('a')).toBe(50);
    pace.served('a');
    expect(pace.mostWaiting('a')).toBe(51);
    now = 2000;
    expect(pace.mostWaiting('a')).toBe(2);
    now = 9000;
    expect(pace.mostWaiting('a')).toBe(2);
    pace.forget('a');
    expect(pace.mostWaiting('a')).toBe(Infinity);
  });
});
