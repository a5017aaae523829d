import { seededHash, type UrlHash } from './url-hash.js';

/** Twelve bytes each, so 48 MB at most. */
const MAX_PLACES = 1 << 22;
const FIRST_PLACES = 1 << 12;
/** Share of the places that may be taken, else a look takes too many steps. */
const FULL_SHARE = 3 / 4;

/**
 * The first image of each URL, so that a repeated one is written as a duplicate at once: marking it
 * afterwards rewrites its row and all its index entries. Holds hashes, not URLs: three million of them
 * in 48 MB. What came once it was full is for the database to compare, and so is, once all is in, whether
 * those that seemed the same are.
 */
export class SeenUrls {
  private hashes = new Uint32Array(FIRST_PLACES);
  private checks = new Uint32Array(FIRST_PLACES);
  /** Ids less the one before the first; 0: nothing there. */
  private ids = new Uint32Array(FIRST_PLACES);
  private base?: number;
  private count = 0;
  private readonly hashed = new Uint32Array(2);

  /** Some URLs were not remembered, so there may be duplicates that were not noticed. */
  isFull = false;
  /** A URL seemed to be there before. */
  anySame = false;

  constructor(
    private readonly mostPlaces = MAX_PLACES,
    private readonly hash: UrlHash = seededHash(),
  ) {}

  /** @returns id of the first image that has this URL, if it is another one */
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
