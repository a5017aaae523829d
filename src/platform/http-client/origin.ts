import type { LookupAddress } from 'node:dns';
import { AdaptiveConcurrency } from './concurrency-per-host.js';
import { AddressCache } from './address-cache.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OriginSlots } from './origin-slots.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestPace } from './request-pace.js';
import type { Resolver } from './resolve-host.js';
import type { SlotScheduler } from './slot-scheduler.js';

export interface OriginOptions {
  /** The total limit, which all origins share. */
  scheduler: SlotScheduler;
  /** Downloads from this host at the same time. */
  maxConcurrency: number;
  resolve: Resolver;
  now: () => number;
}

/**
 * What this process knows about one host (with its port), and what it allows there: concurrency, pace,
 * circuit breaker, addresses, and how its answers are parsed. Cookies are not part of it: each download
 * has a jar of its own (DownloadCookies), so downloads stay anonymous.
 */
export class Origin {
  readonly pace: RequestPace;
  readonly breaker: CircuitBreaker;
  readonly concurrency: AdaptiveConcurrency;
  /** Whether its response headers can't be parsed strictly. */
  needsLenientParser = false;
  private active = 0;
  private readonly rates: RateLimiter;
  private readonly slots: OriginSlots;
  private readonly addresses: AddressCache;

  constructor(
    readonly host: string,
    { scheduler, maxConcurrency, resolve, now }: OriginOptions,
  ) {
    this.pace = new RequestPace(now());
    this.rates = new RateLimiter(host, this.pace, now);
    this.breaker = new CircuitBreaker(now);
    this.concurrency = new AdaptiveConcurrency(maxConcurrency, now);
    this.slots = new OriginSlots(host, scheduler, this.concurrency);
    this.addresses = new AddressCache(resolve, now);
  }

  /** Whether no download runs or waits. */
  get isIdle(): boolean {
    return this.active === 0;
  }

  /**
   * Runs a download when the host takes one: its circuit breaker is closed, its pace allows a request,
   * and a slot is free.
   * @throws HostDownError, RateLimitedError, HostBusyError, the reason of `signal`, or what `work` throws
   */
  async runDownload<T>(
    url: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.breaker.assertClosed();
    this.active += 1;
    try {
      const hasToken = await this.rates.acquireToken(signal);
      return await this.slots.runInSlot(signal, () =>
        this.rates.runLimited(url, hasToken, () => this.breaker.runGuarded(work)),
      );
    } finally {
      this.active -= 1;
    }
  }

  /** The addresses of the host as the name server gives them; the address policy is checked later. */
  lookUp(hostname: string): Promise<LookupAddress[]> {
    return this.addresses.lookUp(hostname);
  }
}
