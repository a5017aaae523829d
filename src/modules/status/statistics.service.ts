import { Injectable } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { RepeatedImages } from './repeated-images.js';
import {
  DayDto,
  OutputBytesDto,
  type RequestStatisticsDto,
  type TotalsDto,
} from './statistics.dto.js';

const MAX_BUCKETS = 120;
const MAX_CAUSES = 50;
const EXAMPLES = 5;
const DAYS = 30;
const MIN_LIFETIME_MS = 1000;
/** Limits the statistics of one request to a tenth of the database's time. */
const LIFETIME_PER_COST = 10;
const MAX_CACHED = 100;

interface CachedStatistics {
  statistics: Promise<RequestStatisticsDto>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Computes statistics over all images of a request. Concurrent callers share one computation. */
@Injectable()
export class StatisticsService {
  private readonly cached = new Map<string, CachedStatistics>();

  constructor(
    private readonly requests: RequestsRepository,
    private readonly statistics: StatisticsRepository,
    private readonly repeatedImages: RepeatedImages,
  ) {}

  /** @throws RequestNotFoundError */
  async computeForRequest(id: string): Promise<RequestStatisticsDto> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    // Does not reuse a result from before the end of the request.
    const key = `${id} ${request.status} ${request.completedAt?.getTime()}`;
    const known = this.cached.get(key);
    if (known && known.expiresAt > Date.now()) return known.statistics;

    const begun = Date.now();
    const entry = { statistics: this.gatherStatistics(request), expiresAt: Infinity };
    this.cached.delete(key);
    this.cached.set(key, entry);
    for (const oldest of this.cached.keys()) {
      if (this.cached.size <= MAX_CACHED) break;
      this.cached.delete(oldest);
    }
    void this.setExpiry(entry, begun);
    return entry.statistics;
  }

  private async setExpiry(entry: CachedStatistics, begun: number): Promise<void> {
    try {
      await entry.statistics;
      const cost = Date.now() - begun;
      entry.expiresAt = Date.now() + Math.max(MIN_LIFETIME_MS, cost * LIFETIME_PER_COST);
    } catch {
      // Only the current callers get the error. The next caller computes again.
      entry.expiresAt = 0;
    }
  }

  /** @param owner limits the totals to the requests of one owner; undefined for all */
  async totals(owner: string | undefined): Promise<TotalsDto> {
    return { days: (await this.statistics.countByDay(DAYS, owner)).map((row) => DayDto.from(row)) };
  }

  private async gatherStatistics(request: ProcessingRequest): Promise<RequestStatisticsDto> {
    const { id } = request;
    const start = request.startedAt ?? request.createdAt;
    const seconds = Math.max(1, ((request.completedAt ?? new Date()).getTime() - +start) / 1000);
    const width = Math.ceil(seconds / MAX_BUCKETS);
    const [ended, failures, warnings] = await Promise.all([
      this.statistics.countEndedImages(id, start, width),
      this.statistics.listFailureCauses(id, MAX_CAUSES, EXAMPLES),
      this.repeatedImages.find(id),
    ]);

    const inBucket = new Map(ended.map(({ bucket, images }) => [bucket, images]));
    const withSaving = new Map(ended.map(({ saving, images }) => [saving, images]));
    const buckets = request.startedAt ? Math.floor(seconds / width) + 1 : 0;
    return {
      bucket_seconds: width,
      throughput: Array.from({ length: buckets }, (_, bucket) => ({
        second: bucket * width,
        images: inBucket.get(bucket) ?? 0,
      })),
      savings: Array.from({ length: 10 }, (_, tenth) => ({
        from_percent: tenth * 10,
        images: withSaving.get(tenth) ?? 0,
      })),
      outputs: OutputBytesDto.of(request),
      failures,
      warnings,
    };
  }
}
