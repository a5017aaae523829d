import { Injectable } from '@nestjs/common';
import { type ActivePause, PausesRepository } from '../../platform/database/repositories/pauses.js';
import {
  MAX_PENDING_IMAGES_READ,
  WaitingWorkRepository,
} from '../../platform/database/repositories/waiting-work.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import type { PendingHostRow } from '../../platform/database/statements/count-pending-hosts.js';
import type { HostStateRow } from '../../platform/database/statements/list-origin-states.js';
import type { OriginDto } from './queues.dto.js';

/** Minimum cache time. Operators share the count of pending images, because counting reads many rows. */
const MIN_CACHE_MS = 3000;
/**
 * Ratio of cache time to query time. Counting uses at most a tenth of the database's time.
 */
const CACHE_TIME_PER_QUERY_TIME = 10;
const MAX_PAUSES = 1000;
const MAX_ORIGINS = 1000;

export interface OriginList {
  origins: OriginDto[];
  isPartial: boolean;
}

interface CachedCount {
  /** Milliseconds since the epoch. */
  expiresAt: number;
  pendingHosts: Promise<PendingHostRow[]>;
}

/** Combines the data about hosts from the database and from all processes. */
@Injectable()
export class OriginsService {
  private cachedCount?: CachedCount;

  constructor(
    private readonly waiting: WaitingWorkRepository,
    private readonly workers: WorkersRepository,
    private readonly pauses: PausesRepository,
  ) {}

  async listOrigins(): Promise<OriginList> {
    const [pendingHosts, states, pauses] = await Promise.all([
      this.countPendingByHost(),
      this.workers.listOriginStates(),
      this.pauses.listActivePauses(MAX_PAUSES),
    ]);
    const isPartial = (pendingHosts[0]?.images_read ?? 0) >= MAX_PENDING_IMAGES_READ;
    return { origins: mergeOrigins(pendingHosts, states, pauses).slice(0, MAX_ORIGINS), isPartial };
  }

  private countPendingByHost(): Promise<PendingHostRow[]> {
    if (this.cachedCount && this.cachedCount.expiresAt > Date.now())
      return this.cachedCount.pendingHosts;
    const startedAt = Date.now();
    const cachedCount: CachedCount = {
      expiresAt: Infinity,
      pendingHosts: this.waiting.countPendingByHost(),
    };
    this.cachedCount = cachedCount;
    void setExpiry(cachedCount, startedAt);
    return cachedCount.pendingHosts;
  }
}

async function setExpiry(cachedCount: CachedCount, startedAt: number): Promise<void> {
  try {
    await cachedCount.pendingHosts;
    const durationMs = Date.now() - startedAt;
    cachedCount.expiresAt =
      Date.now() + Math.max(MIN_CACHE_MS, durationMs * CACHE_TIME_PER_QUERY_TIME);
  } catch {
    // Only the current callers receive the error. The next call repeats the query.
    cachedCount.expiresAt = 0;
  }
}

/** Returns one entry per host: paused hosts first, then the hosts with the most waiting images. */
export function mergeOrigins(
  pendingHosts: readonly Pick<PendingHostRow, 'host' | 'images'>[],
  states: readonly HostStateRow[],
  pauses: readonly Pick<ActivePause, 'kind' | 'name' | 'reason' | 'pausedBy'>[],
): OriginDto[] {
  const origins = new Map<string, OriginDto>();
  const getOrCreateOrigin = (host: string): OriginDto => {
    const origin = origins.get(host) ?? createEmptyOrigin(host);
    origins.set(host, origin);
    return origin;
  };
  for (const { host, images } of pendingHosts) getOrCreateOrigin(host).images_waiting += images;
  for (const state of states) addState(getOrCreateOrigin(state.host), state);
  for (const { kind, name, reason, pausedBy } of pauses) {
    if (kind !== 'origin') continue;
    const prefix = `Paused by ${pausedBy}`;
    Object.assign(getOrCreateOrigin(name), {
      is_paused: true,
      paused_until: null,
      reason: reason === '' ? `${prefix}.` : `${prefix}: ${reason}`,
    });
  }
  return [...origins.values()].toSorted(
    (a, b) =>
      Number(b.is_paused) - Number(a.is_paused) ||
      b.images_waiting - a.images_waiting ||
      b.downloads - a.downloads ||
      a.host.localeCompare(b.host),
  );
}

const createEmptyOrigin = (host: string): OriginDto => ({
  host,
  images_waiting: 0,
  downloads: 0,
  concurrency: 0,
  requests_per_minute: null,
  breaker: 'closed',
  is_paused: false,
  paused_until: null,
  reason: null,
});

function addState(origin: OriginDto, state: HostStateRow): void {
  Object.assign(origin, {
    downloads: state.running,
    concurrency: state.concurrency,
    requests_per_minute: state.requests_per_minute,
    breaker: state.breaker,
    paused_until: state.paused_until?.toISOString() ?? null,
    reason: state.reason,
  });
}
