export interface FairSemaphoreOptions {
  /** Order in which the holders of an owner above its share are evicted. */
  evict?: 'newest' | 'oldest';
}

interface Holder {
  owner: string;
  /** Asks the holder to release its slot. Without this callback, the holder keeps its slot until its work is done. */
  onEvict?: () => void;
  isEvicted: boolean;
}

interface Waiter {
  owner: string;
  admit: () => void;
}

/**
 * Limits concurrent work and shares the slots among owners (names of API keys). With several owners, each
 * one gets at most half of the slots. While some owners hold no slot, an owner gets another slot only if
 * it holds fewer slots than are free. Two greedy owners therefore cannot lock out a third.
 *
 * A released slot goes to the waiting owner with the fewest slots. All owners that hold or await a slot
 * have equal shares. While an owner below its share waits, the semaphore evicts a holder of an owner above
 * its share, if that holder has `onEvict`.
 */
export class FairSemaphore {
  private readonly holders = new Set<Holder>();
  private readonly heldCountByOwner = new Map<string, number>();
  /** Waiters in order of arrival. */
  private readonly waiters = new Set<Waiter>();
  private readonly maxPerOwner: number;

  constructor(
    private readonly size: number,
    private readonly ownerCount: number,
    private readonly options: FairSemaphoreOptions = {},
  ) {
    this.maxPerOwner = ownerCount > 1 ? Math.ceil(size / 2) : size;
  }

  /** True while an owner that holds no slot waits for one. */
  get hasExcludedOwner(): boolean {
    return [...this.waiters].some(({ owner }) => this.countHeldBy(owner) === 0);
  }

  /**
   * Acquires a slot without waiting. May evict a holder of another owner, which helps only if `onEvict`
   * releases its slot before it returns.
   * @param onEvict called at most once, when another owner needs the slot
   * @returns a function that releases the slot and may be called twice; undefined if the owner gets no slot
   */
  tryAcquire(owner: string, onEvict?: () => void): (() => void) | undefined {
    // An eviction that does not release a slot immediately does not help this call.
    for (
      let previousSize = Infinity;
      !this.hasSlotFor(owner) && this.holders.size < previousSize;
    ) {
      previousSize = this.holders.size;
      this.evictFor(owner);
    }
    if (!this.hasSlotFor(owner)) return undefined;
    const holder: Holder = { owner, onEvict, isEvicted: false };
    this.holders.add(holder);
    this.heldCountByOwner.set(owner, this.countHeldBy(owner) + 1);
    return () => {
      if (this.holders.delete(holder)) this.releaseSlot(owner);
    };
  }

  /**
   * Waits for a slot.
   * @param onEvict called at most once, when another owner needs the slot
   * @returns a function that releases the slot and may be called twice
   * @throws the reason of `signal`
   */
  async acquire(owner: string, signal: AbortSignal, onEvict?: () => void): Promise<() => void> {
    signal.throwIfAborted();
    return this.hasSlotFor(owner)
      ? this.tryAcquire(owner, onEvict)!
      : this.waitForSlot(owner, signal, onEvict);
  }

  private waitForSlot(
    owner: string,
    signal: AbortSignal,
    onEvict?: () => void,
  ): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter = {
        owner,
        admit: () => {
          this.waiters.delete(waiter);
          signal.removeEventListener('abort', abort);
          resolve(this.tryAcquire(owner, onEvict)!);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.waiters.add(waiter);
      this.evictForWaiters();
    });
  }

  private releaseSlot(owner: string): void {
    const remainingCount = this.countHeldBy(owner) - 1;
    if (remainingCount === 0) this.heldCountByOwner.delete(owner);
    else this.heldCountByOwner.set(owner, remainingCount);
    for (let next = this.findNextWaiter(); next; next = this.findNextWaiter()) next.admit();
    this.evictForWaiters();
  }

  /** Returns the first waiter of the owner with the fewest slots among those that may get another one. */
  private findNextWaiter(): Waiter | undefined {
    let nextWaiter: Waiter | undefined;
    for (const waiter of this.waiters) {
      if (!this.hasSlotFor(waiter.owner)) continue;
      if (!nextWaiter || this.countHeldBy(waiter.owner) < this.countHeldBy(nextWaiter.owner))
        nextWaiter = waiter;
    }
    return nextWaiter;
  }

  /** Evicts one holder for each waiter below its share, minus the pending evictions. */
  private evictForWaiters(): void {
    const waitersBelowShare = [...this.waiters].filter(
      ({ owner }) => this.countHeldBy(owner) < this.computeShare(owner),
    );
    const pendingEvictionCount = [...this.holders].filter(({ isEvicted }) => isEvicted).length;
    for (const { owner } of waitersBelowShare.slice(pendingEvictionCount)) this.evictFor(owner);
  }

  /** Evicts one holder of the owner that has the most evictable holders above its share. */
  private evictFor(owner: string): void {
    const share = this.computeShare(owner);
    if (this.countHeldBy(owner) >= Math.min(share, this.maxPerOwner)) return;
    const [holders = []] = [...this.groupEvictableByOwner()]
      .filter(([other]) => this.countHeldBy(other) > share)
      .map(([, evictableHolders]) => evictableHolders)
      .toSorted((a, b) => b.length - a.length);
    const holder = this.options.evict === 'oldest' ? holders.at(0) : holders.at(-1);
    if (!holder) return;
    holder.isEvicted = true;
    holder.onEvict?.();
  }

  /** Returns the holders that can still be evicted, by owner, oldest first. */
  private groupEvictableByOwner(): Map<string, Holder[]> {
    const evictableHolders = new Map<string, Holder[]>();
    for (const holder of this.holders) {
      if (holder.isEvicted || !holder.onEvict) continue;
      const holders = evictableHolders.get(holder.owner);
      if (holders) holders.push(holder);
      else evictableHolders.set(holder.owner, [holder]);
    }
    return evictableHolders;
  }

  /** Returns an equal share of the slots for each owner that holds or awaits a slot, including `owner`. */
  private computeShare(owner: string): number {
    const activeOwners = new Set([owner, ...this.heldCountByOwner.keys()]);
    for (const waiter of this.waiters) activeOwners.add(waiter.owner);
    return Math.max(1, Math.floor(this.size / activeOwners.size));
  }

  private hasSlotFor(owner: string): boolean {
    const heldCount = this.countHeldBy(owner);
    const freeCount = this.size - this.holders.size;
    if (freeCount === 0 || heldCount >= this.maxPerOwner) return false;
    // While some owners hold no slot, the limit of the others shrinks with the free slots.
    return heldCount < freeCount || this.heldCountByOwner.size === this.ownerCount;
  }

  private countHeldBy(owner: string): number {
    return this.heldCountByOwner.get(owner) ?? 0;
  }
}
