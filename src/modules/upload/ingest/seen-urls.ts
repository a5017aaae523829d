import { createSeededHash, type UrlHash } from './url-hash.js';

/** Maximum number of slots. A slot takes 12 bytes, so the maximum is 48 MB. */
const MAX_SLOTS = 1 << 22;
const INITIAL_SLOTS = 1 << 12;
/** Maximum load factor. A higher load factor would slow down lookups. */
const MAX_LOAD_FACTOR = 3 / 4;

/**
 * Finds the first image with each URL. A repeated URL can therefore be written as a duplicate immediately.
 * Marking a duplicate later would rewrite its row and all its index entries.
 *
 * An open-addressing hash table stores hashes instead of URLs, which takes 48 MB for three million URLs. The
 * database compares the URLs that arrive after the table is full. At the end, it also compares the URLs that
 * have the same hash.
 */
export class SeenUrls {
  private hashes = new Uint32Array(INITIAL_SLOTS);
  /** Second half of each 64-bit hash. */
  private checks = new Uint32Array(INITIAL_SLOTS);
  /** IDs relative to `baseId`. 0 marks an empty slot. */
  private ids = new Uint32Array(INITIAL_SLOTS);
  private baseId?: number;
  private count = 0;
  private readonly hashBuffer = new Uint32Array(2);

  /** True if some URLs were not stored, so duplicates may go unnoticed. */
  isFull = false;
  /** True if two URLs had the same hash. */
  hasDuplicates = false;

  constructor(
    private readonly maxSlots = MAX_SLOTS,
    private readonly hash: UrlHash = createSeededHash(),
  ) {}

  /** @returns the ID of an earlier image with this URL; undefined if there is none */
  findFirstOrAdd(url: string, id: number): number | undefined {
    this.baseId ??= id - 1;
    this.hash(url, this.hashBuffer);
    const [hash, check] = this.hashBuffer;
    const slot = this.findSlot(hash, check);
    if (this.ids[slot] !== 0) {
      this.hasDuplicates = true;
      return this.baseId + this.ids[slot];
    }
    const fitsInSlot = id - this.baseId <= 0xffffffff;
    if (!fitsInSlot || (this.count >= this.ids.length * MAX_LOAD_FACTOR && !this.growTable())) {
      this.isFull = true;
      return undefined;
    }
    this.storeId(hash, check, id - this.baseId);
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

  private storeId(hash: number, check: number, id: number): void {
    const slot = this.findSlot(hash, check);
    this.hashes[slot] = hash;
    this.checks[slot] = check;
    this.ids[slot] = id;
  }

  private growTable(): boolean {
    if (this.ids.length * 2 > this.maxSlots) return false;
    const { hashes, checks, ids } = this;
    [this.hashes, this.checks, this.ids] = [hashes, checks, ids].map(
      (array) => new Uint32Array(array.length * 2),
    );
    for (let slot = 0; slot < ids.length; slot++) {
      if (ids[slot] !== 0) this.storeId(hashes[slot], checks[slot], ids[slot]);
    }
    return true;
  }
}
