import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { isFinal } from '../../platform/database/states.js';
import { type HostRate, OriginRegistry } from '../../platform/http-client/origin-registry.js';
import { LimitedHostDto } from './statistics.dto.js';

const FRESH_MS = 5000;
const MAX_HELD = 100;

interface Held {
  hosts: Promise<LimitedHostDto[]>;
  until: number;
}

/**
 * Lists the hosts that limit the downloads of a request. Knows the downloads of this process only. Queries
 * the database only while a host is limited, and once in 5 s per request.
 */
@Injectable()
export class LimitedHosts {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly origins: OriginRegistry,
    private readonly statistics: StatisticsRepository,
  ) {}

  async ofRequest({ id, status }: ProcessingRequest): Promise<LimitedHostDto[]> {
    const limits = this.origins.limitedHosts();
    if (limits.length === 0 || isFinal(status)) return [];
    const known = this.held.get(id);
    if (known && known.until > Date.now()) return known.hosts;
    if (this.held.size >= MAX_HELD) this.held.clear();
    const hosts = this.count(id, new Map(limits.map((limit) => [limit.host, limit])));
    this.held.set(id, { hosts, until: Date.now() + FRESH_MS });
    hosts.catch(() => this.held.delete(id));
    return hosts;
  }

  private async count(id: string, limits: Map<string, HostRate>): Promise<LimitedHostDto[]> {
    const backlog = await this.statistics.backlogOf(id, [...limits.keys()]);
    return backlog.map(({ host, images }) => LimitedHostDto.from(limits.get(host)!, images));
  }
}
