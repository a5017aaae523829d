export interface FairSemaphoreOptions {
  /** Order in which the holders of an owner above its share are evicted. */
  evict?: 'newest' | 'oldest';
}

interface Holder {
  owner: string;
  /** Asks the holder to release its slot. Without it, the holder keeps the slot until it is done. */
  onEvict?: () => void;
  isEvicted: boolean;
}

interface Waiter {
  owner: string;
  admit: () => void;
}

/**
 * Limits concurrent work and shares it among owners (names of API keys). With several owners, one
 * gets at most half of the slots, and fewer than are still free. The last slots therefore stay for owners
 * that hold none: two greedy owners do not lock out a third.
 *
 * A released slot goes to the waiting owner that holds the fewest. Owners that hold or wait have equal shares. While an owner waits below its share, a holder of an owner above its
 * share is evicted, if the holder allows that (`onEvict`).
 */
export class FairSemaphore {
  private readonly holders = new Set<Holder>();
  private readonly heldByOwner = new Map<string, number>();
  /** Waiters in order of arrival. */
  private readonly waiting = new Set<Waiter>();
  private readonly maxPerOwner: number;

  constructor(
    private readonly size: number,
    private readonly owners: number,
    private readonly options: FairSemaphoreOptions = {},
  ) {
    this.maxPerOwner = owners > 1 ? Math.ceil(size / 2) : size;
  }

  /** True while an owner that holds no slot waits for one. */
  get hasExcludedOwner(): boolean {
    return [...this.waiting].some(({ owner }) => this.heldBy(owner) === 0);
  }

  /**
   * Acquires a slot without waiting. May evict a holder of another owner, which helps only if `onEvict`
   * releases its slot before it returns.
   * @param onEvict called at most once, when another owner needs the slot
   * @returns releases the slot, and may be called twice; undefined when this owner gets no slot
   */
  tryAcquire(owner: string, onEvict?: () => void): (() => void) | undefined {
    // An eviction that does not release a slot at once does not help this call.
    for (let held = Infinity; !this.hasSlotFor(owner) && this.holders.size < held;) {
      held = this.holders.size;
      this.evictFor(owner);
    }
    if (!this.hasSlotFor(owner)) return undefined;
    const holder: Holder = { owner, onEvict, isEvicted: false };
    this.holders.add(holder);
    this.heldByOwner.set(owner, this.heldBy(owner) + 1);
    return () => {
      if (this.holders.delete(holder)) this.release(owner);
    };
  }

  /**
   * Waits for a slot.
   * @param onEvict called at most once, when another owner needs the slot
   * @returns releases the slot, and may be called twice
   * @throws the reason of `signal`
   */
  async acquire(owner: string, signal: AbortSignal, onEvict?: () => void): Promise<() => void> {
    signal.throwIfAborted();
    return this.hasSlotFor(owner)
      ? this.tryAcquire(owner, onEvict)!
      : this.wait(owner, signal, onEvict);
  }

  private wait(owner: string, signal: AbortSignal, onEvict?: () => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter = {
        owner,
        admit: () => {
          this.waiting.delete(waiter);
          signal.removeEventListener('abort', abort);
          resolve(this.tryAcquire(owner, onEvict)!);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.waiting.add(waiter);
      this.evictForWaiting();
    });
  }

  private release(owner: string): void {
    const left = this.heldBy(owner) - 1;
    if (left === 0) this.heldByOwner.delete(owner);
    else this.heldByOwner.set(owner, left);
    for (let next = this.nextWaiter(); next; next = this.nextWaiter()) next.admit();
    this.evictForWaiting();
  }

  /** Returns the first waiter among those whose owner holds the fewest slots and may have one more. */
  private nextWaiter(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.waiting) {
      if (!this.hasSlotFor(waiter.owner)) continue;
      if (!next || this.heldBy(waiter.owner) < this.heldBy(next.owner)) next = waiter;
    }
    return next;
  }

  /** Evicts one holder for each waiter below its share. Pending evictions count. */
  private evictForWaiting(): void {
    const waiters = [...this.waiting].filter(
      ({ owner }) => this.heldBy(owner) < this.shareWith(owner),
    );
    const evicted = [...this.holders].filter(({ isEvicted }) => isEvicted).length;
    for (const { owner } of waiters.slice(evicted)) this.evictFor(owner);
  }

  /** Evicts one holder of the owner that has the most evictable holders above its share. */
  private evictFor(owner: string): void {
    const share = this.shareWith(owner);
    if (this.heldBy(owner) >= Math.min(share, this.maxPerOwner)) return;
    const [holders = []] = [...this.evictableByOwner()]
      .filter(([other]) => this.heldBy(other) > share)
      .map(([, evictable]) => evictable)
      .toSorted((a, b) => b.length - a.length);
    const holder = this.options.evict === 'oldest' ? holders.at(0) : holders.at(-1);
    if (!holder) return;
    holder.isEvicted = true;
    holder.onEvict?.();
  }

  /** Returns the holders that may be evicted and are not yet, oldest first. */
  private evictableByOwner(): Map<string, Holder[]> {
    const evictable = new Map<string, Holder[]>();
    for (const holder of this.holders) {
      if (holder.isEvicted || !holder.onEvict) continue;
      const holders = evictable.get(holder.owner);
      if (holders) holders.push(holder);
      else evictable.set(holder.owner, [holder]);
    }
    return evictable;
  }

  /** Returns an equal part of the slots among all owners that hold or wait, `owner` included. */
  private shareWith(owner: string): number {
    const active = new Set([owner, ...this.heldByOwner.keys()]);
    for (const waiter of this.waiting) active.add(waiter.owner);
    return Math.max(1, Math.floor(this.size / active.size));
  }

  private hasSlotFor(owner: string): boolean {
    const held = this.heldBy(owner);
    const free = this.size - this.holders.size;
    if (free === 0 || held >= this.maxPerOwner) return false;
    // While some owners hold no slot, the limit of the others shrinks with the free slots.
    return held < free || this.heldByOwner.size === this.owners;
  }

  private heldBy(owner: string): number {
    return this.heldByOwner.get(owner) ?? 0;
  }
}
