import { createSeededHash, type UrlHash } from './url-hash.js';

/** Maximum number of slots. A slot takes 12 bytes, so the maximum is 48 MB. */
const MAX_SLOTS = 1 << 22;
const INITIAL_SLOTS = 1 << 12;
/** Maximum load factor. A higher one would make lookups slow. */
const MAX_LOAD_FACTOR = 3 / 4;

/**
 * Finds the first image of each URL, to write a repeated URL as a duplicate at once. Marking it
 * afterwards would rewrite its row and all its index entries.
 *
 * An open-addressing hash table that stores hashes instead of URLs: three million of them in 48 MB. The
 * database compares the URLs that arrive after the table is full. At the end, it also compares the URLs
 * whose hashes are equal.
 */
export class SeenUrls {
  private hashes = new Uint32Array(INITIAL_SLOTS);
  private checks = new Uint32Array(INITIAL_SLOTS);
  /** Ids relative to `base`. 0 marks an empty slot. */
  private ids = new Uint32Array(INITIAL_SLOTS);
  private base?: number;
  private count = 0;
  private readonly hashed = new Uint32Array(2);

  /** True if some URLs were not stored, so duplicates may be unnoticed. */
  isFull = false;
  /** True if two URLs had equal hashes. */
  hasDuplicates = false;

  constructor(
    private readonly maxSlots = MAX_SLOTS,
    private readonly hash: UrlHash = createSeededHash(),
  ) {}

  /** @returns the id of an earlier image with this URL; undefined if there is none */
  findFirstOrAdd(url: string, id: number): number | undefined {
    this.base ??= id - 1;
    this.hash(url, this.hashed);
    const [hash, check] = this.hashed;
    const slot = this.findSlot(hash, check);
    if (this.ids[slot] !== 0) {
      this.hasDuplicates = true;
      return this.base + this.ids[slot];
    }
    const fitsIn = id - this.base <= 0xffffffff;
    if (!fitsIn || (this.count >= this.ids.length * MAX_LOAD_FACTOR && !this.grow())) {
      this.isFull = true;
      return undefined;
    }
    this.put(hash, check, id - this.base);
    this.count++;
    return undefined;
  }

  private findSlot(hash: number, check: number): number {
    const { hashes, checks, ids } = this;
    const mask = ids.length - 1;
    let slot = hash & mask;
    while (ids[slot] !== 0 && (hashes[slot] !== hash || checks[slot] !== check)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private put(hash: number, check: number, id: number): void {
    const slot = this.findSlot(hash, check);
    this.hashes[slot] = hash;
    this.checks[slot] = check;
    this.ids[slot] = id;
  }

  private grow(): boolean {
    if (this.ids.length * 2 > this.maxSlots) return false;
    const { hashes, checks, ids } = this;
    [this.hashes, this.checks, this.ids] = [hashes, checks, ids].map(
      (array) => new Uint32Array(array.length * 2),
    );
    for (let slot = 0; slot < ids.length; slot++) {
      if (ids[slot] !== 0) this.put(hashes[slot], checks[slot], ids[slot]);
    }
    return true;
  }
}
