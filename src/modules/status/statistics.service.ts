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
const MAX_FAILURE_CAUSES = 50;
const MAX_EXAMPLES = 5;
const TOTALS_DAYS = 30;
const MIN_CACHE_MS = 1000;
/** Ratio of cache time to query time. The statistics of a request use at most a tenth of the database's time. */
const CACHE_TIME_PER_QUERY_TIME = 10;
const MAX_CACHED_REQUESTS = 100;

interface CachedStatistics {
  statistics: Promise<RequestStatisticsDto>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Computes statistics over all images of a request. Concurrent callers share one computation. */
@Injectable()
export class StatisticsService {
  private readonly cachedStatistics = new Map<string, CachedStatistics>();

  constructor(
    private readonly requests: RequestsRepository,
    private readonly statistics: StatisticsRepository,
    private readonly repeatedImages: RepeatedImages,
  ) {}

  /** @throws RequestNotFoundError */
  async computeForRequest(id: string): Promise<RequestStatisticsDto> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    // The key changes when the request ends, so an earlier result is not reused.
    const key = `${id} ${request.status} ${request.completedAt?.getTime()}`;
    const cachedEntry = this.cachedStatistics.get(key);
    if (cachedEntry && cachedEntry.expiresAt > Date.now()) return cachedEntry.statistics;

    const startedAt = Date.now();
    const entry = { statistics: this.queryStatistics(request), expiresAt: Infinity };
    this.cachedStatistics.delete(key);
    this.cachedStatistics.set(key, entry);
    for (const oldestKey of this.cachedStatistics.keys()) {
      if (this.cachedStatistics.size <= MAX_CACHED_REQUESTS) break;
      this.cachedStatistics.delete(oldestKey);
    }
    void this.setExpiry(entry, startedAt);
    return entry.statistics;
  }

  private async setExpiry(entry: CachedStatistics, startedAt: number): Promise<void> {
    try {
      await entry.statistics;
      const durationMs = Date.now() - startedAt;
      entry.expiresAt = Date.now() + Math.max(MIN_CACHE_MS, durationMs * CACHE_TIME_PER_QUERY_TIME);
    } catch {
      // Only the current callers receive the error. The next call repeats the query.
      entry.expiresAt = 0;
    }
  }

  /** @param owner limits the totals to the requests of one owner; undefined for all owners */
  async computeTotals(owner: string | undefined): Promise<TotalsDto> {
    return {
      days: (await this.statistics.countByDay(TOTALS_DAYS, owner)).map((row) => DayDto.from(row)),
    };
  }

  private async queryStatistics(request: ProcessingRequest): Promise<RequestStatisticsDto> {
    const { id } = request;
    const start = request.startedAt ?? request.createdAt;
    const seconds = Math.max(1, ((request.completedAt ?? new Date()).getTime() - +start) / 1000);
    const bucketSeconds = Math.ceil(seconds / MAX_BUCKETS);
    const [endedImages, failures, warnings] = await Promise.all([
      this.statistics.countEndedImages(id, start, bucketSeconds),
      this.statistics.listFailureCauses(id, MAX_FAILURE_CAUSES, MAX_EXAMPLES),
      this.repeatedImages.findInRequest(id),
    ]);

    const imagesByBucket = new Map(endedImages.map(({ bucket, images }) => [bucket, images]));
    const imagesBySaving = new Map(endedImages.map(({ saving, images }) => [saving, images]));
    const bucketCount = request.startedAt ? Math.floor(seconds / bucketSeconds) + 1 : 0;
    return {
      bucket_seconds: bucketSeconds,
      throughput: Array.from({ length: bucketCount }, (_, bucket) => ({
        second: bucket * bucketSeconds,
        images: imagesByBucket.get(bucket) ?? 0,
      })),
      savings: Array.from({ length: 10 }, (_, tenth) => ({
        from_percent: tenth * 10,
        images: imagesBySaving.get(tenth) ?? 0,
      })),
      outputs: OutputBytesDto.listFrom(request),
      failures,
      warnings,
    };
  }
}
