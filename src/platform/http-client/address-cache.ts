import type { LookupAddress } from 'node:dns';
import type { Resolver } from './resolve-host.js';

/** Short enough to follow a change of DNS, long enough for the images of one catalog. */
const ANSWER_MS = 30_000;
/** A name that does not resolve is looked up again soon: retries must see that it is back. */
const FAILURE_MS = 2000;

interface Answer {
  addresses: Promise<LookupAddress[]>;
  until: number;
}

/**
 * The addresses of one host, looked up once for many downloads. `getaddrinfo` blocks one of libuv's few
 * threads, which files need too: a catalog on one dead host would block them all. The address policy
 * checks the answer for every connection.
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
