import { Origin, type OriginOptions, type OriginSnapshot } from './origin.js';
import { type HostLookup, type Resolver, systemResolver } from '../address/resolve-host.js';
import { SlotScheduler } from './slot-scheduler.js';

const MAX_ORIGINS = 10_000;

/** Number of hosts by state. A host can be in several states. */
export interface OriginCounts {
  known: number;
  /** Hosts with a rate limit that Pressroom learned from their responses. */
  limited: number;
  /** Hosts that are paused because of their responses (429, 503 and others). */
  paused: number;
  /** Hosts with an open circuit breaker and recent downloads. */
  unavailable: number;
}

export interface OriginRegistryOptions {
  /** Maximum number of concurrent downloads from all hosts. */
  maxConcurrency?: number;
  /** Maximum number of concurrent downloads from one host. */
  maxConcurrencyPerHost?: number;
  resolve?: Resolver;
  /** Maximum number of hosts in the registry. */
  maxOrigins?: number;
  now?: () => number;
}

/** Keeps one {@link Origin} per recently used host, in a bounded LRU. */
export class OriginRegistry {
  /** Ordered by last use. */
  private readonly origins = new Map<string, Origin>();
  private readonly options: OriginOptions;
  private readonly maxOrigins: number;

  constructor({
    maxConcurrency = 32,
    maxConcurrencyPerHost = 24,
    resolve = systemResolver,
    maxOrigins = MAX_ORIGINS,
    now = Date.now,
  }: OriginRegistryOptions = {}) {
    const scheduler = new SlotScheduler(maxConcurrency);
    this.options = { scheduler, maxConcurrency: maxConcurrencyPerHost, resolve, now };
    this.maxOrigins = maxOrigins;
  }

  get size(): number {
    return this.origins.size;
  }

  /** @param host in the format of `URL.host`, which includes a non-default port */
  getOrCreateOrigin(host: string): Origin {
    const origin = this.origins.get(host) ?? new Origin(host, this.options);
    this.origins.delete(host);
    this.origins.set(host, origin);
    if (this.origins.size > this.maxOrigins) this.removeOldestIdleOrigin(origin);
    return origin;
  }

  /** Looks up the addresses of a host through its origin. */
  readonly lookUp: HostLookup = (hostname, host) => this.getOrCreateOrigin(host).lookUp(hostname);

  /** Number of running downloads from all hosts, and the maximum. */
  get downloads(): { running: number; max: number } {
    return this.options.scheduler.usage;
  }

  countOrigins(): OriginCounts {
    const now = this.options.now();
    const counts = { known: this.origins.size, limited: 0, paused: 0, unavailable: 0 };
    for (const origin of this.origins.values()) {
      if (origin.adaptiveRate.rate !== undefined) counts.limited += 1;
      if (origin.adaptiveRate.pausedUntil > now) counts.paused += 1;
      if (origin.getBreakerState(now).name !== 'closed') counts.unavailable += 1;
    }
    return counts;
  }

  /**
   * Returns the state of up to `limit` hosts that have downloads, a limit or an open breaker. Hosts with the
   * most downloads come first.
   */
  listBusyOrigins(limit: number): OriginSnapshot[] {
    const now = this.options.now();
    return Array.from(this.origins.values(), (origin) => origin.takeSnapshot(now))
      .filter(
        ({ running, waiting, requestsPerMinute, breaker, pausedUntil }) =>
          running + waiting > 0 ||
          requestsPerMinute !== undefined ||
          pausedUntil !== undefined ||
          breaker.name !== 'closed',
      )
      .toSorted((a, b) => b.running + b.waiting - a.running - a.waiting)
      .slice(0, limit);
  }

  /**
   * Removes the least recently used idle host. A host with downloads stays, because two objects would
   * count them separately. The number of such hosts is also bounded.
   */
  private removeOldestIdleOrigin(newest: Origin): void {
    for (const [host, origin] of this.origins) {
      if (origin === newest || !origin.isIdle) continue;
      this.origins.delete(host);
      return;
    }
  }
}
