import { seededHash, type UrlHash } from './url-hash.js';

/** Maximum number of buckets. A bucket has 12 bytes, so the maximum is 48 MB. */
const MAX_PLACES = 1 << 22;
const FIRST_PLACES = 1 << 12;
/** Maximum load factor. A higher one would make lookups slow. */
const FULL_SHARE = 3 / 4;

/**
 * Finds the first image of each URL, to write a repeated URL as a duplicate at once. Marking it
 * afterwards would rewrite its row and all its index entries.
 *
 * An open-addressing hash table that stores hashes instead of URLs: three million of them in 48 MB. The
 * database compares the URLs that arrive after the table is full. At the end, it also compares the URLs
 * whose hashes are equal.
 */
export class SeenUrls {
  private hashes = new Uint32Array(FIRST_PLACES);
  private checks = new Uint32Array(FIRST_PLACES);
  /** Ids relative to `base`. 0 marks an empty bucket. */
  private ids = new Uint32Array(FIRST_PLACES);
  private base?: number;
  private count = 0;
  private readonly hashed = new Uint32Array(2);

  /** True if some URLs were not stored, so duplicates may be unnoticed. */
  isFull = false;
  /** True if two URLs had equal hashes. */
  anySame = false;

  constructor(
    private readonly mostPlaces = MAX_PLACES,
    private readonly hash: UrlHash = seededHash(),
  ) {}

  /** @returns the id of an earlier image with this URL; undefined if there is none */
  firstOf(url: string, id: number): number | undefined {
    this.base ??= id - 1;
    this.hash(url, this.hashed);
    const [hash, check] = this.hashed;
    const place = this.placeOf(hash, check);
    if (this.ids[place] !== 0) {
      this.anySame = true;
      return this.base + this.ids[place];
    }
    const fitsIn = id - this.base <= 0xffffffff;
    if (!fitsIn || (this.count >= this.ids.length * FULL_SHARE && !this.grow())) {
      this.isFull = true;
      return undefined;
    }
    this.put(hash, check, id - this.base);
    this.count++;
    return undefined;
  }

  private placeOf(hash: number, check: number): number {
    const { hashes, checks, ids } = this;
    const mask = ids.length - 1;
    let place = hash & mask;
    while (ids[place] !== 0 && (hashes[place] !== hash || checks[place] !== check)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private put(hash: number, check: number, id: number): void {
    const place = this.placeOf(hash, check);
    this.hashes[place] = hash;
    this.checks[place] = check;
    this.ids[place] = id;
  }

  private grow(): boolean {
    if (this.ids.length * 2 > this.mostPlaces) return false;
    const { hashes, checks, ids } = this;
    [this.hashes, this.checks, this.ids] = [hashes, checks, ids].map(
      (places) => new Uint32Array(places.length * 2),
    );
    for (let place = 0; place < ids.length; place++) {
      if (ids[place] !== 0) this.put(hashes[place], checks[place], ids[place]);
    }
    return true;
  }
}
