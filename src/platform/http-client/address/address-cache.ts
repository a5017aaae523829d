import type { LookupAddress } from 'node:dns';
import type { Resolver } from './resolve-host.js';

/**
 * Lifetime of a successful lookup. Short enough to follow DNS changes, long enough for the images of one
 * catalog.
 */
const LOOKUP_CACHE_MS = 30_000;
/** Lifetime of a failed lookup. Short, because retries must detect when the name resolves again. */
const FAILURE_CACHE_MS = 2000;

interface CachedLookup {
  addresses: Promise<LookupAddress[]>;
  expiresAt: number;
}

/**
 * Caches the addresses of one host for many downloads. `getaddrinfo` blocks a thread of the small libuv
 * pool, which file operations also need. A catalog on one dead host would block all threads. The address
 * policy checks the addresses for every connection.
 */
export class AddressCache {
  private cachedLookup: CachedLookup | undefined;

  constructor(
    private readonly resolve: Resolver,
    private readonly now: () => number = Date.now,
  ) {}

  lookUp(hostname: string): Promise<LookupAddress[]> {
    if (this.cachedLookup && this.cachedLookup.expiresAt > this.now())
      return this.cachedLookup.addresses;
    const lookup: CachedLookup = { addresses: this.resolve(hostname), expiresAt: Infinity };
    this.cachedLookup = lookup;
    lookup.addresses.then(
      () => (lookup.expiresAt = this.now() + LOOKUP_CACHE_MS),
      () => (lookup.expiresAt = this.now() + FAILURE_CACHE_MS),
    );
    return lookup.addresses;
  }
}
