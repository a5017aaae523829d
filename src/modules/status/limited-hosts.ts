import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import { isFinal } from '../../platform/database/states.js';
import { type HostRate, LimitedHostDto } from './statistics.dto.js';

const CACHE_TTL_MS = 5000;
const MAX_CACHED_REQUESTS = 100;

type RequestState = Pick<ProcessingRequest, 'id' | 'status'>;

interface CachedValue<T> {
  value: Promise<T>;
  expiresAt: number;
}

/**
 * Lists the hosts that limit the downloads of a request. Uses the limits that all running processes have
 * learned. Queries the limits at most once every 5 s, and counts the images at most once every 5 s per
 * request.
 */
@Injectable()
export class LimitedHosts {
  private cachedLimits?: CachedValue<Map<string, HostRate>>;
  private readonly cachedHosts = new Map<string, CachedValue<LimitedHostDto[]>>();

  constructor(
    private readonly workers: WorkersRepository,
    private readonly statistics: StatisticsRepository,
  ) {}

  async listHosts({ id, status }: RequestState): Promise<LimitedHostDto[]> {
    if (isFinal(status)) return [];
    const limits = await this.readLimits();
    if (limits.size === 0) return [];
    const cachedEntry = this.cachedHosts.get(id);
    if (cachedEntry && cachedEntry.expiresAt > Date.now()) return cachedEntry.value;
    if (this.cachedHosts.size >= MAX_CACHED_REQUESTS) this.cachedHosts.clear();
    const value = this.listHostsWithImages(id, limits);
    this.cachedHosts.set(id, { value, expiresAt: Date.now() + CACHE_TTL_MS });
    value.catch(() => this.cachedHosts.delete(id));
    return value;
  }

  private async readLimits(): Promise<Map<string, HostRate>> {
    if (this.cachedLimits && this.cachedLimits.expiresAt > Date.now())
      return this.cachedLimits.value;
    const value = this.workers.listOriginStates().then(toRates);
    const limits = { value, expiresAt: Date.now() + CACHE_TTL_MS };
    this.cachedLimits = limits;
    // Only the current callers receive the error.
    value.catch(() => (limits.expiresAt = 0));
    return value;
  }

  private async listHostsWithImages(
    id: string,
    limits: Map<string, HostRate>,
  ): Promise<LimitedHostDto[]> {
    const counts = await this.statistics.countOpenByHost(id, [...limits.keys()]);
    return counts.map(({ host, images }) => LimitedHostDto.from(limits.get(host)!, images));
  }
}

function toRates(
  states: Awaited<ReturnType<WorkersRepository['listOriginStates']>>,
): Map<string, HostRate> {
  const rates = states.flatMap(({ host, requests_per_minute: rate, paused_until: pausedUntil }) => {
    if (rate === null || rate === 0) return [];
    const pausedSeconds = Math.max(0, Number(pausedUntil) - Date.now()) / 1000;
    return [{ host, requestsPerMinute: rate, pausedSeconds }];
  });
  return new Map(rates.map((rate) => [rate.host, rate]));
}
