import type { LookupAddress } from 'node:dns';
import type { Resolver } from './resolve-host.js';

/** Short, so that a change of DNS is followed; long enough for the images of one host that come together. */
const KNOWN_MS = 30_000;
/** A name that does not resolve is asked for again soon: retries must see that it came back. */
const UNKNOWN_MS = 2000;
const MAX_NAMES = 10_000;

interface Answer {
  addresses: Promise<LookupAddress[]>;
  until: number;
}

/**
 * Asks once for what is asked for many times in a row or at once. `getaddrinfo` blocks one of libuv's
 * few threads, which are needed for files: a catalog on one dead host would hold them all. What may
 * be dialled is checked after this, for every connection.
 */
export function cachedResolver(resolve: Resolver, now: () => number = Date.now): Resolver {
  const answers = new Map<string, Answer>();
  return (hostname) => {
    const known = answers.get(hostname);
    if (known && known.until > now()) return known.addresses;
    if (answers.size >= MAX_NAMES) answers.clear();
    const answer: Answer = { addresses: resolve(hostname), until: Infinity };
    answers.set(hostname, answer);
    answer.addresses.then(
      () => (answer.until = now() + KNOWN_MS),
      () => (answer.until = now() + UNKNOWN_MS),
    );
    return answer.addresses;
  };
}
