export interface FairSemaphoreOptions {
  /** The holder of an owner above its share that is asked to give its place back first. */
  evict?: 'newest' | 'oldest';
}

interface Holder {
  owner: string;
  /** Asks for the place; without it, the holder keeps the place until it is done. */
  onEvict?: () => void;
  isEvicted: boolean;
}

interface Waiter {
  owner: string;
  admit: () => void;
}

/**
 * Limits concurrent work and shares it among owners (names of API keys). With several owners, one
 * gets half of the places at most, and fewer than are still free. The last places therefore stay for
 * owners that hold none: two owners that take all they can do not lock out a third.
 *
 * A place that is given back goes to the waiting owner that holds the fewest. While an owner waits
 * with less than its share (an equal part among all owners that hold or wait), an owner above its
 * share is asked to give a place back, where its holder allows that (`onEvict`).
 */
export class FairSemaphore {
  private readonly holders = new Set<Holder>();
  private readonly takenBy = new Map<string, number>();
  /** In order of arrival. */
  private readonly waiting = new Set<Waiter>();
  private readonly maxPerOwner: number;

  constructor(
    private readonly size: number,
    private readonly owners: number,
    private readonly options: FairSemaphoreOptions = {},
  ) {
    this.maxPerOwner = owners > 1 ? Math.ceil(size / 2) : size;
  }

  /** Whether an owner that holds no place waits for one. */
  get hasExcludedOwner(): boolean {
    return [...this.waiting].some(({ owner }) => this.of(owner) === 0);
  }

  /**
   * Takes a place at once. Another owner's holder may be evicted for it, and helps only if its
   * `onEvict` gives the place back before it returns.
   * @param onEvict called at most once, when another owner needs the place
   * @returns gives the place back, and may be called twice; undefined: there is none for this owner
   */
  tryAcquire(owner: string, onEvict?: () => void): (() => void) | undefined {
    // An eviction that gives no place back at once does not help this call.
    for (let held = Infinity; !this.hasRoomFor(owner) && this.holders.size < held;) {
      held = this.holders.size;
      this.evictFor(owner);
    }
    if (!this.hasRoomFor(owner)) return undefined;
    const holder: Holder = { owner, onEvict, isEvicted: false };
    this.holders.add(holder);
    this.takenBy.set(owner, this.of(owner) + 1);
    return () => {
      if (this.holders.delete(holder)) this.giveBack(owner);
    };
  }

  /**
   * Waits for a place.
   * @param onEvict called at most once, when another owner needs the place
   * @returns gives it back, and may be called twice
   * @throws the reason of `signal`
   */
  async acquire(owner: string, signal: AbortSignal, onEvict?: () => void): Promise<() => void> {
    signal.throwIfAborted();
    return this.hasRoomFor(owner)
      ? this.tryAcquire(owner, onEvict)!
      : this.wait(owner, signal, onEvict);
  }

  private wait(owner: string, signal: AbortSignal, onEvict?: () => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter = {
        owner,
        admit: () => {
          this.waiting.delete(waiter);
          signal.removeEventListener('abort', leave);
          resolve(this.tryAcquire(owner, onEvict)!);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(waiter);
      this.evictForWaiting();
    });
  }

  private giveBack(owner: string): void {
    const left = this.of(owner) - 1;
    if (left === 0) this.takenBy.delete(owner);
    else this.takenBy.set(owner, left);
    for (let next = this.nextWaiter(); next; next = this.nextWaiter()) next.admit();
    this.evictForWaiting();
  }

  /** The first of those whose owner holds the fewest places and may have one more. */
  private nextWaiter(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.waiting) {
      if (!this.hasRoomFor(waiter.owner)) continue;
      if (!next || this.of(waiter.owner) < this.of(next.owner)) next = waiter;
    }
    return next;
  }

  /** One eviction for each waiter that is owed a place; those under way count. */
  private evictForWaiting(): void {
    const waiters = [...this.waiting].filter(({ owner }) => this.of(owner) < this.shareWith(owner));
    const evicted = [...this.holders].filter(({ isEvicted }) => isEvicted).length;
    for (const { owner } of waiters.slice(evicted)) this.evictFor(owner);
  }

  /** Asks the owner that is farthest above its share for one place. */
  private evictFor(owner: string): void {
    const share = this.shareWith(owner);
    if (this.of(owner) >= Math.min(share, this.maxPerOwner)) return;
    const [holders = []] = [...this.evictableByOwner()]
      .filter(([other]) => this.of(other) > share)
      .map(([, evictable]) => evictable)
      .toSorted((a, b) => b.length - a.length);
    const holder = this.options.evict === 'oldest' ? holders.at(0) : holders.at(-1);
    if (!holder) return;
    holder.isEvicted = true;
    holder.onEvict?.();
  }

  /** Holders that may be evicted and are not yet, oldest first. */
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

  /** An equal part of the places among all owners that hold or wait, `owner` included. */
  private shareWith(owner: string): number {
    const active = new Set([owner, ...this.takenBy.keys()]);
    for (const waiter of this.waiting) active.add(waiter.owner);
    return Math.max(1, Math.floor(this.size / active.size));
  }

  private hasRoomFor(owner: string): boolean {
    const held = this.of(owner);
    const free = this.size - this.holders.size;
    if (free === 0 || held >= this.maxPerOwner) return false;
    // While some owners hold none, the share of the others shrinks with what is free.
    return held < free || this.takenBy.size === this.owners;
  }

  private of(owner: string): number {
    return this.takenBy.get(owner) ?? 0;
  }
}
