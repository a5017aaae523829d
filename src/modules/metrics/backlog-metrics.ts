import { Injectable } from '@nestjs/common';
import { BacklogRepository } from '../../platform/database/repositories/backlog.js';
import type { Backlog } from '../../platform/database/statements/read-backlog.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

/** Several Prometheus servers, or a short scrape interval, cause no further statements. */
const CACHE_MS = 1000;
/** A scrape does not wait longer for PostgreSQL. */
const TIMEOUT_MS = 3000;

/** Work that has not ended, from PostgreSQL. The values describe all processes. */
@Injectable()
export class BacklogMetrics {
  private cached?: { backlog: Backlog; at: number };
  private pending?: Promise<void>;

  constructor(
    private readonly repository: BacklogRepository,
    private readonly metrics: Metrics,
  ) {
    metrics.onScrape(() => this.collect());
  }

  private async collect(): Promise<void> {
    if (!this.isFresh()) {
      this.pending ??= this.refresh().finally(() => (this.pending = undefined));
      await Promise.race([this.pending, timeout(TIMEOUT_MS)]);
    }
    if (this.cached && this.isFresh()) this.show(this.cached.backlog);
    else this.clear();
  }

  private isFresh(): boolean {
    return this.cached !== undefined && performance.now() - this.cached.at < CACHE_MS;
  }

  /** Never rejects. `pressroom_dependency_up` reports the fault. */
  private async refresh(): Promise<void> {
    try {
      const backlog = await this.repository.readBacklog();
      this.cached = { backlog, at: performance.now() };
    } catch {
      this.cached = undefined;
    }
  }

  private show(backlog: Backlog): void {
    const { metrics } = this;
    metrics.set('pressroom_requests_open', {}, backlog.openRequests);
    metrics.set('pressroom_images_open', {}, backlog.openImages);
    metrics.set('pressroom_images_paused', {}, backlog.pausedImages);
    metrics.set('pressroom_images_dispatched', { state: 'queued' }, backlog.queuedImages);
    metrics.set('pressroom_images_dispatched', { state: 'processing' }, backlog.processingImages);
    const { oldestWaitingImage, oldestUntouchedRequest, oldestDueDelivery } = backlog;
    metrics.set('pressroom_oldest_waiting_image_age_seconds', {}, oldestWaitingImage ?? 0);
    metrics.set('pressroom_oldest_untouched_request_age_seconds', {}, oldestUntouchedRequest ?? 0);
    metrics.set('pressroom_webhook_deliveries_open', {}, backlog.openDeliveries);
    metrics.set('pressroom_oldest_due_delivery_age_seconds', {}, oldestDueDelivery ?? 0);
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
    );
  }
}

const timeout = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms).unref());
