import type { LookupAddress } from 'node:dns';
import type { Resolver } from './resolve-host.js';

/** Lifetime of an answer. Short enough to follow DNS changes, long enough for the images of one catalog. */
const ANSWER_MS = 30_000;
/** Lifetime of a failed lookup. Short, because retries must notice that the name resolves again. */
const FAILURE_MS = 2000;

interface Answer {
  addresses: Promise<LookupAddress[]>;
  until: number;
}

/**
 * Caches the addresses of one host for many downloads. `getaddrinfo` blocks a thread of the small libuv
 * pool, which file operations need too. A catalog on one dead host would block all threads. The address
 * policy checks the addresses for every connection.
 */
export class AddressCache {
  private answer: Answer | undefined;

  constructor(
    private readonly resolve: Resolver,
    private readonly now: () => number = Date.now,
  ) {}

  lookUp(hostname: string): Promise<LookupAddress[]> {
    if (this.answer && this.answer.until > this.now()) return this.answer.addresses;
    const answer: Answer = { addresses: this.resolve(hostname), until: Infinity };
    this.answer = answer;
    answer.addresses.then(
      () => (answer.until = this.now() + ANSWER_MS),
      () => (answer.until = this.now() + FAILURE_MS),
    );
    return answer.addresses;
  }
}
