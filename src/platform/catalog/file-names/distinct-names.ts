import { hash } from 'node:crypto';

const INITIAL_SLOTS = 1 << 10;

/**
 * Makes names distinct by numbers, in the order of their arrival: `mug`, `mug-2`, `mug-3`. Upper and lower case do
 * not differ, as on Windows.
 *
 * An open-addressing hash table that stores 64 bits of the SHA-256 of each name: 24 MB for a million names.
 * If two names had equal bits, the second one would get a number that it does not need.
 */
export class DistinctNames {
  private hashes = new BigUint64Array(INITIAL_SLOTS);
  /** The last number of each name. 0 marks an empty slot. */
  private numbers = new Uint32Array(INITIAL_SLOTS);
  private count = 0;

  /** Returns the name, with a number if it was returned before. */
  add(name: string): string {
    if (this.count >= this.numbers.length / 2) this.grow();
    const bits = hashName(name);
    if (this.store(bits)) return name;
    const slot = this.findSlot(bits);
    for (;;) {
      this.numbers[slot] += 1;
      const numbered = `${name}-${this.numbers[slot]}`;
      if (this.store(hashName(numbered))) return numbered;
    }
  }

  /** Returns false if a name with these bits is stored already. */
  private store(bits: bigint): boolean {
    const slot = this.findSlot(bits);
    if (this.numbers[slot] > 0) return false;
    this.hashes[slot] = bits;
    this.numbers[slot] = 1;
    this.count += 1;
    return true;
  }

  private findSlot(bits: bigint): number {
    const mask = this.numbers.length - 1;
    let slot = Number(bits & 0xffffffffn) & mask;
    while (this.numbers[slot] > 0 && this.hashes[slot] !== bits) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { hashes, numbers } = this;
    this.hashes = new BigUint64Array(hashes.length * 2);
    this.numbers = new Uint32Array(numbers.length * 2);
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i] === 0) continue;
      const slot = this.findSlot(hashes[i]);
      this.hashes[slot] = hashes[i];
      this.numbers[slot] = numbers[i];
    }
  }
}

const hashName = (name: string): bigint =>
  hash('sha256', name.toUpperCase(), 'buffer').readBigUInt64LE(0);
