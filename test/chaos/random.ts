/** Mulberry32: a small generator whose seed gives the same numbers on every machine. */
export class Random {
  constructor(private state: number) {}

  /** Returns the generator of one name, which does not depend on the use of any other. */
  static named(seed: number, name: string): Random {
    let hash = seed;
    for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return new Random(hash);
  }

  /** Returns a number from 0 (included) to 1 (excluded). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns an integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)];
  }
}
