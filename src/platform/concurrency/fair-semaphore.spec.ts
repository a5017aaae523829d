import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FairSemaphore } from './fair-semaphore.js';

const neverAborted = new AbortController().signal;

/** Acquires all slots that the owner can get, and returns their number. */
function acquireAllSlots(slots: FairSemaphore, owner: string): number {
  let count = 0;
  while (slots.tryAcquire(owner)) count += 1;
  return count;
}

describe('FairSemaphore', () => {
  it('FairSemaphore.tryAcquire() gives all slots to the only owner', () => {
    expect(acquireAllSlots(new FairSemaphore(5, 1), '')).toBe(5);
  });

  it.each([
    [5, 3, 2],
    [4, 2, 2],
    [2, 1, 1],
    [1, 1, 0],
  ])(
    'FairSemaphore.tryAcquire() with %i slots gives %i to the first of two owners and %i to the second',
    (size, firstCount, nextCount) => {
      const slots = new FairSemaphore(size, 2);
      expect(acquireAllSlots(slots, 'shop')).toBe(firstCount);
      expect(acquireAllSlots(slots, 'desk')).toBe(nextCount);
    },
  );

  it('FairSemaphore.tryAcquire() gives each owner at least one slot when all owners request as many as possible', () => {
    const slots = new FairSemaphore(8, 4);
    expect(['shop', 'desk', 'yard', 'dock'].map((owner) => acquireAllSlots(slots, owner))).toEqual([
      4, 2, 1, 1,
    ]);
  });

  it('FairSemaphore.acquire() admits a waiting owner without slots before an owner with a full share', async () => {
    const slots = new FairSemaphore(5, 4);
    const releaseSlot = slots.tryAcquire('shop')!;
    expect(acquireAllSlots(slots, 'shop')).toBe(2);
    expect(acquireAllSlots(slots, 'desk')).toBe(1);
    expect(acquireAllSlots(slots, 'yard')).toBe(1);
    const admittedOwners: string[] = [];
    const acquireSlot = async (owner: string) =>
      admittedOwners.push((await slots.acquire(owner, neverAborted), owner));
    void acquireSlot('desk');
    const dockSlot = acquireSlot('dock');
    releaseSlot();
    await dockSlot;
    expect(admittedOwners).toEqual(['dock']);
  });

  it('FairSemaphore.tryAcquire() returns a release function that works only once', () => {
    const slots = new FairSemaphore(1, 1);
    const releaseSlot = slots.tryAcquire('')!;
    releaseSlot();
    releaseSlot();
    expect(acquireAllSlots(slots, '')).toBe(1);
  });

  it('FairSemaphore.acquire() admits waiters in order of arrival', async () => {
    const slots = new FairSemaphore(1, 1);
    const releaseFirst = slots.tryAcquire('')!;
    const admittedNames: string[] = [];
    const acquireSlot = async (name: string) => {
      const releaseSlot = await slots.acquire('', neverAborted);
      admittedNames.push(name);
      releaseSlot();
    };
    const acquisitions = [acquireSlot('second'), acquireSlot('third')];
    releaseFirst();
    await Promise.all(acquisitions);
    expect(admittedNames).toEqual(['second', 'third']);
  });

  it('FairSemaphore.acquire() admits an owner that waits behind an owner with a full share', async () => {
    const slots = new FairSemaphore(2, 2);
    slots.tryAcquire('shop');
    const releaseOther = slots.tryAcquire('yard')!;
    void slots.acquire('shop', neverAborted);
    const deskSlot = slots.acquire('desk', neverAborted);
    releaseOther();
    await expect(deskSlot).resolves.toBeTypeOf('function');
  });

  it('FairSemaphore.acquire() removes an aborted waiter', async () => {
    const slots = new FairSemaphore(1, 1);
    const releaseSlot = slots.tryAcquire('')!;
    const controller = new AbortController();
    const acquisition = slots.acquire('', controller.signal);
    controller.abort(new Error('gone'));
    await expect(acquisition).rejects.toThrow('gone');
    await expect(slots.acquire('', controller.signal)).rejects.toThrow('gone');
    releaseSlot();
    expect(acquireAllSlots(slots, '')).toBe(1);
  });

  it.each([5, 16, 1000])(
    'FairSemaphore.tryAcquire() keeps one of %i slots free for a third owner if two other owners request all slots',
    (size) => {
      const slots = new FairSemaphore(size, 3);
      const shopCount = acquireAllSlots(slots, 'shop');
      expect(acquireAllSlots(slots, 'yard')).toBeGreaterThan(0);
      expect(shopCount).toBeLessThanOrEqual(Math.ceil(size / 2));
      expect(acquireAllSlots(slots, 'desk')).toBeGreaterThan(0);
    },
  );

  it('FairSemaphore.acquire() gives a released slot to the waiting owner with the fewest slots', async () => {
    const slots = new FairSemaphore(3, 3);
    slots.tryAcquire('shop');
    slots.tryAcquire('yard');
    const releaseSlot = slots.tryAcquire('shop') ?? slots.tryAcquire('desk')!;
    const admittedNames: string[] = [];
    void slots.acquire('shop', neverAborted).then(() => admittedNames.push('shop'));
    const depotSlot = slots.acquire('depot', neverAborted).then(() => admittedNames.push('depot'));
    releaseSlot();
    await depotSlot;
    expect(admittedNames).toEqual(['depot']);
  });

  it('FairSemaphore.tryAcquire() evicts only holders whose owner is above its share', () => {
    const evictedNames: string[] = [];
    const slots = new FairSemaphore(4, 4, { evict: 'oldest' });
    const acquireNamed = (owner: string, name: string) => {
      const releaseSlot = slots.tryAcquire(owner, () => {
        evictedNames.push(name);
        releaseSlot?.();
      });
      return releaseSlot;
    };
    expect(acquireNamed('shop', 'shop 1')).toBeDefined();
    expect(acquireNamed('shop', 'shop 2')).toBeDefined();
    expect(acquireNamed('yard', 'yard 1')).toBeDefined();
    expect(acquireNamed('desk', 'desk 1')).toBeDefined();
    expect(acquireNamed('depot', 'depot 1')).toBeDefined();
    expect(acquireNamed('mill', 'mill 1')).toBeUndefined();
    expect(evictedNames).toEqual(['shop 1']);
  });

  it('FairSemaphore.acquire() evicts one holder per waiting owner, and no holder twice', async () => {
    const slots = new FairSemaphore(6, 6);
    const onEvict = vi.fn<() => void>();
    const shopReleases = Array.from({ length: 3 }, () => slots.tryAcquire('shop', onEvict)!);
    for (const owner of ['yard', 'yard', 'desk']) expect(slots.tryAcquire(owner)).toBeDefined();
    expect(onEvict).not.toHaveBeenCalled();
    const acquisitions = [
      slots.acquire('depot', neverAborted),
      slots.acquire('barn', neverAborted),
    ];
    expect(slots.hasExcludedOwner).toBe(true);
    expect(onEvict).toHaveBeenCalledTimes(2);
    shopReleases.forEach((releaseSlot) => releaseSlot());
    await expect(Promise.all(acquisitions)).resolves.toHaveLength(2);
    expect(slots.hasExcludedOwner).toBe(false);
    expect(onEvict).toHaveBeenCalledTimes(2);
  });

  it('FairSemaphore.acquire() admits every owner for any number of owners and any order of calls', async () => {
    const step = fc.record({ owner: fc.nat(11), release: fc.boolean(), index: fc.nat(99) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 2, max: 12 }),
        fc.array(step, { maxLength: 120, size: 'max' }),
        async (size, ownerCount, steps) => {
          const slots = new FairSemaphore(size, ownerCount);
          const holders: { owner: string; releaseSlot: () => void }[] = [];
          const waitingCounts = new Map<string, number>();
          const acquireSlot = (owner: string) => {
            let releaseSlot: (() => void) | undefined;
            let isEvicted = false;
            waitingCounts.set(owner, (waitingCounts.get(owner) ?? 0) + 1);
            const release = () => {
              const index = holders.findIndex((holder) => holder.releaseSlot === release);
              if (index >= 0) holders.splice(index, 1);
              releaseSlot?.();
            };
            const onEvict = () => {
              isEvicted = true;
              if (releaseSlot) release();
            };
            const waitForSlot = async () => {
              releaseSlot = await slots.acquire(owner, new AbortController().signal, onEvict);
              waitingCounts.set(owner, waitingCounts.get(owner)! - 1);
              holders.push({ owner, releaseSlot: release });
              if (isEvicted) release();
            };
            void waitForSlot();
          };
          for (const { owner, release, index } of steps) {
            if (release && holders.length > 0) holders[index % holders.length].releaseSlot();
            else acquireSlot(String(owner % ownerCount));
            // Released slots are assigned in promise callbacks.
            for (let turn = 0; turn < 2 * size + 4; turn++) await Promise.resolve();
            expect(holders.length).toBeLessThanOrEqual(size);
            const waiters = [...waitingCounts]
              .filter(([, count]) => count > 0)
              .map(([name]) => name);
            const countHeld = (name: string) =>
              holders.filter((holder) => holder.owner === name).length;
            const activeOwners = new Set([...waiters, ...holders.map((holder) => holder.owner)]);
            const share = Math.max(1, Math.floor(size / activeOwners.size));
            const isBelowShare = waiters.some(
              (name) => countHeld(name) < Math.min(share, Math.ceil(size / 2)),
            );
            const maxCount = Math.max(0, ...[...activeOwners].map(countHeld));
            expect(isBelowShare && maxCount > share).toBe(false);
            // An owner without a slot waits only while no slot is free.
            const isExcluded = waiters.some((name) => countHeld(name) === 0);
            expect(isExcluded && holders.length < size).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
