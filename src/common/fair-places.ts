/**
 * Limits concurrent work and shares it among owners (names of API keys). With several owners, one
 * gets half of the places at most, and fewer than are still free. The last places therefore stay for
 * owners that hold none: two owners that take all they can do not lock out a third.
 */
export class FairPlaces {
  private taken = 0;
  private readonly takenBy = new Map<string, number>();
  /** In order; who has places enough already does not hold up those behind. */
  private readonly waiting = new Set<{ owner: string; admit: () => void }>();
  private readonly mostOfOne: number;

  constructor(
    private readonly size: number,
    private readonly owners: number,
  ) {
    this.mostOfOne = owners > 1 ? Math.ceil(size / 2) : size;
  }

  /** @returns gives the place back, and may be called twice; undefined: there is none for this owner */
  take(owner: string): (() => void) | undefined {
    if (!this.hasRoomFor(owner)) return undefined;
    this.taken += 1;
    this.takenBy.set(owner, this.of(owner) + 1);
    let given = false;
    return () => {
      if (!given) this.giveBack(owner);
      given = true;
    };
  }

  /**
   * Waits for a place.
   * @returns gives it back, and may be called twice
   * @throws the reason of `signal`
   */
  async enter(owner: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    return this.take(owner) ?? this.wait(owner, signal);
  }

  private wait(owner: string, signal: AbortSignal): Promise<() => void> {
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
          resolve(this.take(owner)!);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(waiter);
    });
  }

  private giveBack(owner: string): void {
    this.taken -= 1;
    const left = this.of(owner) - 1;
    if (left === 0) this.takenBy.delete(owner);
    else this.takenBy.set(owner, left);
    for (const waiter of this.waiting) if (this.hasRoomFor(waiter.owner)) waiter.admit();
  }

  private hasRoomFor(owner: string): boolean {
    const held = this.of(owner);
    const free = this.size - this.taken;
    if (free === 0 || held >= this.mostOfOne) return false;
    // While some owners hold none, the share of the others shrinks with what is free.
    return held < free || this.takenBy.size === this.owners;
  }

  private of(owner: string): number {
    return this.takenBy.get(owner) ?? 0;
  }
}
