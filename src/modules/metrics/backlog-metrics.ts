import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BacklogRepository } from '../../platform/database/repositories/backlog.js';
import {
  type StorageUsageStatistics,
  StorageUsageRepository,
} from '../../platform/database/repositories/storage-usage.js';
import type { Backlog } from '../../platform/database/statements/read-backlog.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

/** Time for which a result is reused. Limits the number of statements if scrapes are frequent. */
const CACHE_MS = 1000;
/** Maximum time that a scrape waits for PostgreSQL. */
const TIMEOUT_MS = 3000;
/** Maximum age of a result that is served while PostgreSQL is slow. */
const MAX_AGE_MS = 60_000;
/** Number of days over which the storage growth is averaged. */
const GROWTH_DAYS = 7;

type InstallationStatistics = Backlog & StorageUsageStatistics;

/** Reports unfinished work and used storage from PostgreSQL. The values cover all processes. */
@Injectable()
export class BacklogMetrics implements OnModuleInit {
  private cachedResult?: { statistics: InstallationStatistics; readAt: number };
  private pendingRefresh?: Promise<void>;

  constructor(
    private readonly repository: BacklogRepository,
    private readonly usage: StorageUsageRepository,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.onScrape(() => this.collectBacklog());
  }

  private async collectBacklog(): Promise<void> {
    if (!this.isYoungerThan(CACHE_MS)) {
      this.pendingRefresh ??= this.refresh().finally(() => (this.pendingRefresh = undefined));
      await Promise.race([this.pendingRefresh, delay(TIMEOUT_MS)]);
    }
    if (this.cachedResult && this.isYoungerThan(MAX_AGE_MS))
      this.setGauges(this.cachedResult.statistics);
    else this.clearGauges();
  }

  private isYoungerThan(ageMs: number): boolean {
    return this.cachedResult !== undefined && performance.now() - this.cachedResult.readAt < ageMs;
  }

  /** Never rejects. `pressroom_dependency_up` reports the fault. */
  private async refresh(): Promise<void> {
    try {
      const backlog = await this.repository.readBacklog();
      const usage = await this.usage.readUsage(GROWTH_DAYS);
      this.cachedResult = { statistics: { ...backlog, ...usage }, readAt: performance.now() };
    } catch {
      // The latest result is served until it is too old.
    }
  }

  private setGauges(statistics: InstallationStatistics): void {
    const { metrics } = this;
    metrics.set('pressroom_requests_open', {}, statistics.openRequests);
    metrics.set('pressroom_images_open', {}, statistics.openImages);
    metrics.set('pressroom_images_paused', {}, statistics.pausedImages);
    metrics.set('pressroom_images_dispatched', { state: 'queued' }, statistics.queuedImages);
    metrics.set(
      'pressroom_images_dispatched',
      { state: 'processing' },
      statistics.processingImages,
    );
    const { oldestWaitingImageSeconds, oldestUntouchedRequestSeconds, oldestDueDeliverySeconds } =
      statistics;
    metrics.set('pressroom_oldest_waiting_image_age_seconds', {}, oldestWaitingImageSeconds ?? 0);
    metrics.set(
      'pressroom_oldest_untouched_request_age_seconds',
      {},
      oldestUntouchedRequestSeconds ?? 0,
    );
    metrics.set('pressroom_webhook_deliveries_open', {}, statistics.openDeliveries);
    metrics.set('pressroom_oldest_due_delivery_age_seconds', {}, oldestDueDeliverySeconds ?? 0);
    metrics.set('pressroom_storage_used_bytes', {}, statistics.usedBytes);
    metrics.set('pressroom_storage_growth_bytes_per_day', {}, statistics.growthBytesPerDay);
  }

  private clearGauges(): void {
    this.metrics.clear(
      'pressroom_requests_open',
      'pressroom_images_open',
      'pressroom_images_paused',
      'pressroom_images_dispatched',
      'pressroom_oldest_waiting_image_age_seconds',
      'pressroom_oldest_untouched_request_age_seconds',
      'pressroom_webhook_deliveries_open',
      'pressroom_oldest_due_delivery_age_seconds',
      'pressroom_storage_used_bytes',
      'pressroom_storage_growth_bytes_per_day',
    );
  }
}

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms).unref());
