import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FairSemaphore } from './fair-semaphore.js';

const never = new AbortController().signal;

/** How many places this owner gets. */
function taken(places: FairSemaphore, owner: string): number {
  let count = 0;
  while (places.tryAcquire(owner)) count += 1;
  return count;
}

describe('FairPlaces', () => {
  it('gives everything to the only owner there can be', () => {
    expect(taken(new FairSemaphore(5, 1), '')).toBe(5);
  });

  it.each([
    [5, 3, 2],
    [4, 2, 2],
    [2, 1, 1],
    [1, 1, 0],
  ])(
    'of %i places gives %i to the first of several owners, the other %i to the next',
    (size, first, next) => {
      const places = new FairSemaphore(size, 2);
      expect(taken(places, 'shop')).toBe(first);
      expect(taken(places, 'desk')).toBe(next);
    },
  );

  it('keeps places for a third and a fourth owner when two take all that they can', () => {
    const places = new FairSemaphore(8, 4);
    expect(['shop', 'desk', 'yard', 'dock'].map((owner) => taken(places, owner))).toEqual([
      4, 2, 1, 1,
    ]);
  });

  it('admits a waiting owner that holds none before one that has its share', async () => {
    const places = new FairSemaphore(5, 4);
    const giveBack = places.tryAcquire('shop')!;
    expect(taken(places, 'shop')).toBe(2);
    expect(taken(places, 'desk')).toBe(1);
    expect(taken(places, 'yard')).toBe(1);
    const admitted: string[] = [];
    const enter = async (owner: string) =>
      admitted.push((await places.acquire(owner, never), owner));
    void enter('desk');
    const dock = enter('dock');
    giveBack();
    await dock;
    expect(admitted).toEqual(['dock']);
  });

  it('takes a place back once, however often it is given', () => {
    const places = new FairSemaphore(1, 1);
    const giveBack = places.tryAcquire('')!;
    giveBack();
    giveBack();
    expect(taken(places, '')).toBe(1);
  });

  it('lets those who wait in by turns', async () => {
    const places = new FairSemaphore(1, 1);
    const first = places.tryAcquire('')!;
    const order: string[] = [];
    const enter = async (name: string) => {
      const giveBack = await places.acquire('', never);
      order.push(name);
      giveBack();
    };
    const all = [enter('second'), enter('third')];
    first();
    await Promise.all(all);
    expect(order).toEqual(['second', 'third']);
  });

  it('lets in who waits behind one that has his share', async () => {
    const places = new FairSemaphore(2, 2);
    places.tryAcquire('shop');
    const other = places.tryAcquire('yard')!;
    void places.acquire('shop', never);
    const desk = places.acquire('desk', never);
    other();
    await expect(desk).resolves.toBeTypeOf('function');
  });

  it('forgets who does not wait any longer', async () => {
    const places = new FairSemaphore(1, 1);
    const giveBack = places.tryAcquire('')!;
    const patience = new AbortController();
    const waiting = places.acquire('', patience.signal);
    patience.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(places.acquire('', patience.signal)).rejects.toThrow('gone');
    giveBack();
    expect(taken(places, '')).toBe(1);
  });

  it.each([5, 16, 1000])(
    'of %i places gives one to a third owner beside two that take all they can',
    (size) => {
      const places = new FairSemaphore(size, 3);
      const first = taken(places, 'shop');
      expect(taken(places, 'yard')).toBeGreaterThan(0);
      expect(first).toBeLessThanOrEqual(Math.ceil(size / 2));
      expect(taken(places, 'desk')).toBeGreaterThan(0);
    },
  );

  it('gives a place that is given back to the waiting owner that holds the fewest', async () => {
    const places = new FairSemaphore(3, 3);
    places.tryAcquire('shop');
    places.tryAcquire('yard');
    const giveBack = places.tryAcquire('shop') ?? places.tryAcquire('desk')!;
    const order: string[] = [];
    void places.acquire('shop', never).then(() => order.push('shop'));
    const depot = places.acquire('depot', never).then(() => order.push('depot'));
    giveBack();
    await depot;
    expect(order).toEqual(['depot']);
  });

  it('evicts a holder of the owner above its share, and no holder of one within its share', () => {
    const evicted: string[] = [];
    const places = new FairSemaphore(4, 4, { evict: 'oldest' });
    const hold = (owner: string, name: string) => {
      const giveBack = places.tryAcquire(owner, () => {
        evicted.push(name);
        giveBack?.();
      });
      return giveBack;
    };
    expect(hold('shop', 'shop 1')).toBeDefined();
    expect(hold('shop', 'shop 2')).toBeDefined();
    expect(hold('yard', 'yard 1')).toBeDefined();
    expect(hold('desk', 'desk 1')).toBeDefined();
    expect(hold('depot', 'depot 1')).toBeDefined();
    expect(hold('mill', 'mill 1')).toBeUndefined();
    expect(evicted).toEqual(['shop 1']);
  });

  it('evicts as many holders as owners wait, each once', async () => {
    const places = new FairSemaphore(6, 6);
    const onEvict = vi.fn<() => void>();
    const shop = Array.from({ length: 3 }, () => places.tryAcquire('shop', onEvict)!);
    for (const owner of ['yard', 'yard', 'desk']) expect(places.tryAcquire(owner)).toBeDefined();
    expect(onEvict).not.toHaveBeenCalled();
    const waiting = [places.acquire('depot', never), places.acquire('barn', never)];
    expect(places.hasExcludedOwner).toBe(true);
    expect(onEvict).toHaveBeenCalledTimes(2);
    shop.forEach((giveBack) => giveBack());
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    expect(places.hasExcludedOwner).toBe(false);
    expect(onEvict).toHaveBeenCalledTimes(2);
  });

  it('lets every owner in, for any number of owners and any order of calls', async () => {
    const step = fc.record({ owner: fc.nat(11), release: fc.boolean(), at: fc.nat(99) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 2, max: 12 }),
        fc.array(step, { maxLength: 120, size: 'max' }),
        async (size, owners, steps) => {
          const places = new FairSemaphore(size, owners);
          const held: { owner: string; giveBack: () => void }[] = [];
          const waiting = new Map<string, number>();
          const enter = (owner: string) => {
            let giveBack: (() => void) | undefined;
            let isEvicted = false;
            waiting.set(owner, (waiting.get(owner) ?? 0) + 1);
            const release = () => {
              const at = held.findIndex((holder) => holder.giveBack === release);
              if (at >= 0) held.splice(at, 1);
              giveBack?.();
            };
            const onEvict = () => {
              isEvicted = true;
              if (giveBack) release();
            };
            const hold = async () => {
              giveBack = await places.acquire(owner, new AbortController().signal, onEvict);
              waiting.set(owner, waiting.get(owner)! - 1);
              held.push({ owner, giveBack: release });
              if (isEvicted) release();
            };
            void hold();
          };
          for (const { owner, release, at } of steps) {
            if (release && held.length > 0) held[at % held.length].giveBack();
            else enter(String(owner % owners));
            // Places are handed over in promises.
            for (let turn = 0; turn < 2 * size + 4; turn++) await Promise.resolve();
            expect(held.length).toBeLessThanOrEqual(size);
            const waiters = [...waiting].filter(([, count]) => count > 0).map(([name]) => name);
            const count = (name: string) => held.filter((holder) => holder.owner === name).length;
            const active = new Set([...waiters, ...held.map((holder) => holder.owner)]);
            const share = Math.max(1, Math.floor(size / active.size));
            const isOwed = waiters.some(
              (name) => count(name) < Math.min(share, Math.ceil(size / 2)),
            );
            const largest = Math.max(0, ...[...active].map(count));
            expect(isOwed && largest > share).toBe(false);
            // Only a lack of places keeps an owner that holds none waiting.
            const isExcluded = waiters.some((name) => count(name) === 0);
            expect(isExcluded && held.length < size).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
