import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BacklogRepository } from '../../platform/database/repositories/backlog.js';
import {
  type StorageUsageStatistics,
  StorageUsageRepository,
} from '../../platform/database/repositories/storage-usage.js';
import type { Backlog } from '../../platform/database/statements/read-backlog.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

/** Several Prometheus servers or a short scrape interval cause no additional statements. */
const CACHE_MS = 1000;
/** Maximum time that a scrape waits for PostgreSQL. */
const TIMEOUT_MS = 3000;
/** Maximum age of a result that is served while PostgreSQL is slow. */
const MAX_AGE_MS = 60_000;
/** Number of days over which the growth of the storage is averaged. */
const GROWTH_DAYS = 7;

type InstallationWork = Backlog & StorageUsageStatistics;

/** Reports open work and used storage from PostgreSQL. The values describe all processes. */
@Injectable()
export class BacklogMetrics implements OnModuleInit {
  private cached?: { work: InstallationWork; at: number };
  private pending?: Promise<void>;

  constructor(
    private readonly repository: BacklogRepository,
    private readonly usage: StorageUsageRepository,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.onScrape(() => this.collect());
  }

  private async collect(): Promise<void> {
    if (!this.isYounger(CACHE_MS)) {
      this.pending ??= this.refresh().finally(() => (this.pending = undefined));
      await Promise.race([this.pending, timeout(TIMEOUT_MS)]);
    }
    if (this.cached && this.isYounger(MAX_AGE_MS)) this.setGauges(this.cached.work);
    else this.clear();
  }

  private isYounger(ms: number): boolean {
    return this.cached !== undefined && performance.now() - this.cached.at < ms;
  }

  /** Never rejects. `pressroom_dependency_up` reports the fault. */
  private async refresh(): Promise<void> {
    try {
      const backlog = await this.repository.readBacklog();
      const usage = await this.usage.readUsage(GROWTH_DAYS);
      this.cached = { work: { ...backlog, ...usage }, at: performance.now() };
    } catch {
      // The newest result is served until it is too old.
    }
  }

  private setGauges(work: InstallationWork): void {
    const { metrics } = this;
    metrics.set('pressroom_requests_open', {}, work.openRequests);
    metrics.set('pressroom_images_open', {}, work.openImages);
    metrics.set('pressroom_images_paused', {}, work.pausedImages);
    metrics.set('pressroom_images_dispatched', { state: 'queued' }, work.queuedImages);
    metrics.set('pressroom_images_dispatched', { state: 'processing' }, work.processingImages);
    const { oldestWaitingImageSeconds, oldestUntouchedRequestSeconds, oldestDueDeliverySeconds } =
      work;
    metrics.set('pressroom_oldest_waiting_image_age_seconds', {}, oldestWaitingImageSeconds ?? 0);
    metrics.set(
      'pressroom_oldest_untouched_request_age_seconds',
      {},
      oldestUntouchedRequestSeconds ?? 0,
    );
    metrics.set('pressroom_webhook_deliveries_open', {}, work.openDeliveries);
    metrics.set('pressroom_oldest_due_delivery_age_seconds', {}, oldestDueDeliverySeconds ?? 0);
    metrics.set('pressroom_storage_used_bytes', {}, work.usedBytes);
    metrics.set('pressroom_storage_growth_bytes_per_day', {}, work.growthBytesPerDay);
  }

  private clear(): void {
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

const timeout = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms).unref());
