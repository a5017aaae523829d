import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import { isFinal } from '../../platform/database/states.js';
import { type HostRate, LimitedHostDto } from './statistics.dto.js';

const MAX_AGE_MS = 5000;
const MAX_CACHED = 100;

type RequestState = Pick<ProcessingRequest, 'id' | 'status'>;

interface CachedValue<T> {
  value: Promise<T>;
  expiresAt: number;
}

/**
 * Lists the hosts that limit the downloads of a request, as all running processes know them. Queries the
 * limits once in 5 s. Counts the images only while a host is limited, and once in 5 s per request.
 */
@Injectable()
export class LimitedHosts {
  private limits?: CachedValue<Map<string, HostRate>>;
  private readonly cached = new Map<string, CachedValue<LimitedHostDto[]>>();

  constructor(
    private readonly workers: WorkersRepository,
    private readonly statistics: StatisticsRepository,
  ) {}

  async listForRequest({ id, status }: RequestState): Promise<LimitedHostDto[]> {
    if (isFinal(status)) return [];
    const limits = await this.readLimits();
    if (limits.size === 0) return [];
    const known = this.cached.get(id);
    if (known && known.expiresAt > Date.now()) return known.value;
    if (this.cached.size >= MAX_CACHED) this.cached.clear();
    const value = this.count(id, limits);
    this.cached.set(id, { value, expiresAt: Date.now() + MAX_AGE_MS });
    value.catch(() => this.cached.delete(id));
    return value;
  }

  private async readLimits(): Promise<Map<string, HostRate>> {
    if (this.limits && this.limits.expiresAt > Date.now()) return this.limits.value;
    const value = this.workers.listOriginStates().then(toRates);
    const limits = { value, expiresAt: Date.now() + MAX_AGE_MS };
    this.limits = limits;
    // Only the current callers get the error.
    value.catch(() => (limits.expiresAt = 0));
    return value;
  }

  private async count(id: string, limits: Map<string, HostRate>): Promise<LimitedHostDto[]> {
    const backlog = await this.statistics.countOpenByHost(id, [...limits.keys()]);
    return backlog.map(({ host, images }) => LimitedHostDto.from(limits.get(host)!, images));
  }
}

function toRates(
  states: Awaited<ReturnType<WorkersRepository['listOriginStates']>>,
): Map<string, HostRate> {
  const rates = states.flatMap(({ host, requests_per_minute: rate, paused_until: until }) => {
    if (rate === null || rate === 0) return [];
    const pausedSeconds = Math.max(0, Number(until) - Date.now()) / 1000;
    return [{ host, requestsPerMinute: rate, pausedSeconds }];
  });
  return new Map(rates.map((rate) => [rate.host, rate]));
}
