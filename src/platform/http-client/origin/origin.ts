import type { LookupAddress } from 'node:dns';
import { AdaptiveConcurrency } from './concurrency-per-host.js';
import type { BreakerState } from './circuit-breaker.js';
import { AddressCache } from '../address/address-cache.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { OriginSlots } from './origin-slots.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestPace } from './request-pace.js';
import type { Resolver } from '../address/resolve-host.js';
import type { SlotScheduler } from './slot-scheduler.js';

/** Time since the next possible probe. Images of an unavailable host are retried after minutes. */
const OUTDATED_MS = 10 * 60_000;

/** State of one host, for operators. */
export interface OriginSnapshot {
  host: string;
  /** Downloads that run, and that wait for a slot. */
  running: number;
  waiting: number;
  /** Maximum number of concurrent downloads at present. */
  concurrency: number;
  /** Undefined while no limit is known. */
  requestsPerMinute: number | undefined;
  breaker: BreakerState;
  /** Time in milliseconds since the epoch until which the host is not called because it limits requests. */
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
 * State of one host (with its port): concurrency, pace, circuit breaker, addresses, and parser of its
 * responses. Cookies are not included. Each download has its own jar (DownloadCookies), so downloads stay
 * anonymous.
 */
export class Origin {
  readonly pace: RequestPace;
  readonly breaker: CircuitBreaker;
  readonly concurrency: AdaptiveConcurrency;
  /** True if its response headers can't be parsed strictly. */
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

  snapshot(now: number): OriginSnapshot {
    const { rate, pausedUntil } = this.pace;
    return {
      host: this.host,
      ...this.slots.load,
      concurrency: this.concurrency.limit,
      requestsPerMinute: rate === undefined ? undefined : rate * 60_000,
      breaker: this.breakerState(now),
      pausedUntil: pausedUntil > now ? pausedUntil : undefined,
    };
  }

  /**
   * Returns the state of the circuit breaker for operators. Only a download can close an open breaker.
   * Without downloads for some time, it shows nothing about the host.
   */
  breakerState(now: number): BreakerState {
    const { state } = this.breaker;
    const isOutdated = state.name === 'open' && this.isIdle && now > state.probeAt + OUTDATED_MS;
    return isOutdated ? { name: 'closed' } : state;
  }

  /** True if no download runs or waits. */
  get isIdle(): boolean {
    return this.active === 0;
  }

  /**
   * Runs a download when the circuit breaker is closed, the pace allows a request, and a slot is free.
   * @throws HostDownError, RateLimitedError, HostBusyError, the reason of `signal`, or the error of
   *   `work`
   */
  async runDownload<T>(
    url: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    this.breaker.assertClosed();
    this.active += 1;
    try {
      const token = await this.rates.acquireToken(signal);
      return await this.slots.runInSlot(signal, () =>
        this.rates.runLimited(url, token, () => this.breaker.runGuarded(work)),
      );
    } finally {
      this.active -= 1;
    }
  }

  /** Returns the addresses of the host. The address policy is checked later. */
  lookUp(hostname: string): Promise<LookupAddress[]> {
    return this.addresses.lookUp(hostname);
  }
}
