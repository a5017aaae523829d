import type { LookupAddress } from 'node:dns';
import { AdaptiveConcurrencyLimit } from './adaptive-concurrency-limit.js';
import type { BreakerState } from './circuit-breaker.js';
import { AddressCache } from '../address/address-cache.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OriginSlots } from './origin-slots.js';
import { RateLimiter } from './rate-limiter.js';
import { AdaptiveRate } from './adaptive-rate.js';
import type { Resolver } from '../address/resolve-host.js';
import type { SlotScheduler } from './slot-scheduler.js';

/**
 * Time after the next possible probe at which an open breaker counts as outdated. Images from an
 * unavailable host are retried sooner.
 */
const OUTDATED_AFTER_MS = 10 * 60_000;

/** State of one host, for operators. */
export interface OriginSnapshot {
  host: string;
  /** Number of running downloads, and of downloads that are waiting for a slot. */
  running: number;
  waiting: number;
  /** Current maximum number of concurrent downloads. */
  concurrency: number;
  /** Undefined while no limit is known. */
  requestsPerMinute: number | undefined;
  breaker: BreakerState;
  /**
   * Time when requests to the host resume after a rate limit, in milliseconds since the epoch.
   */
  pausedUntil: number | undefined;
}

export interface OriginOptions {
  /** Scheduler of the total limit, shared by all origins. */
  scheduler: SlotScheduler;
  /** Maximum number of concurrent downloads from this host. */
  maxConcurrency: number;
  resolve: Resolver;
  now: () => number;
}

/**
 * State of one host (with its port): concurrency, request rate, circuit breaker, addresses, and response
 * parser. Cookies are not included. Each download has its own jar (DownloadCookies), so downloads stay
 * anonymous.
 */
export class Origin {
  readonly adaptiveRate: AdaptiveRate;
  readonly breaker: CircuitBreaker;
  readonly concurrency: AdaptiveConcurrencyLimit;
  /** True if the strict parser rejects the response headers of the host. */
  needsLenientParser = false;
  private activeDownloadCount = 0;
  private readonly rateLimiter: RateLimiter;
  private readonly slots: OriginSlots;
  private readonly addresses: AddressCache;

  constructor(
    readonly host: string,
    { scheduler, maxConcurrency, resolve, now }: OriginOptions,
  ) {
    this.adaptiveRate = new AdaptiveRate(now());
    this.rateLimiter = new RateLimiter(host, this.adaptiveRate, now);
    this.breaker = new CircuitBreaker(now);
    this.concurrency = new AdaptiveConcurrencyLimit(maxConcurrency, now);
    this.slots = new OriginSlots(host, scheduler, this.concurrency);
    this.addresses = new AddressCache(resolve, now);
  }

  takeSnapshot(now: number): OriginSnapshot {
    const { rate, pausedUntil } = this.adaptiveRate;
    return {
      host: this.host,
      ...this.slots.load,
      concurrency: this.concurrency.limit,
      requestsPerMinute: rate === undefined ? undefined : rate * 60_000,
      breaker: this.getBreakerState(now),
      pausedUntil: pausedUntil > now ? pausedUntil : undefined,
    };
  }

  /**
   * Returns the state of the circuit breaker for operators. Only a download can close an open breaker.
   * Without recent downloads, the breaker says nothing about the host.
   */
  getBreakerState(now: number): BreakerState {
    const { state } = this.breaker;
    const isOutdated =
      state.name === 'open' && this.isIdle && now > state.probeAt + OUTDATED_AFTER_MS;
    return isOutdated ? { name: 'closed' } : state;
  }

  /** True if no download is running or waiting. */
  get isIdle(): boolean {
    return this.activeDownloadCount === 0;
  }

  /**
   * Runs a download when the circuit breaker is closed, the rate limit allows a request, and a slot is free.
   * @throws HostDownError, RateLimitedError, HostBusyError, the reason of `signal`, or the error of
   *   `work`
   */
  async runDownload<T>(
    url: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.breaker.assertClosed();
    this.activeDownloadCount += 1;
    try {
      const token = await this.rateLimiter.acquireToken(signal);
      return await this.slots.runInSlot(signal, () =>
        this.rateLimiter.runLimited(url, token, () => this.breaker.runGuarded(work)),
      );
    } finally {
      this.activeDownloadCount -= 1;
    }
  }

  /** Returns the addresses of the host. The address policy is checked later. */
  lookUp(hostname: string): Promise<LookupAddress[]> {
    return this.addresses.lookUp(hostname);
  }
}
