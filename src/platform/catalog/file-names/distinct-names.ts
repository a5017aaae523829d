import { hash } from 'node:crypto';

const INITIAL_SLOTS = 1 << 10;

/**
 * Makes names distinct by adding numbers in the order of the calls: `mug`, `mug-2`, `mug-3`. Names are compared
 * without regard to case, as on Windows.
 *
 * An open-addressing hash table stores 64 bits of the SHA-256 of each name, which takes 24 MB for a million names.
 * If two names had the same bits, the second name would get an unnecessary number.
 */
export class DistinctNames {
  private hashes = new BigUint64Array(INITIAL_SLOTS);
  /** The last number of each name. 0 marks an empty slot. */
  private numbers = new Uint32Array(INITIAL_SLOTS);
  private count = 0;

  /** Returns the name, and adds a number if the name was returned before. */
  addName(name: string): string {
    if (this.count >= this.numbers.length / 2) this.growTable();
    const bits = hashName(name);
    if (this.storeBits(bits)) return name;
    const slot = this.findSlot(bits);
    for (;;) {
      this.numbers[slot] += 1;
      const numberedName = `${name}-${this.numbers[slot]}`;
      if (this.storeBits(hashName(numberedName))) return numberedName;
    }
  }

  /** Returns false if a name with these bits is already stored. */
  private storeBits(bits: bigint): boolean {
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

  private growTable(): void {
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
