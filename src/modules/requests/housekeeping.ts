import { setTimeout } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { Ticker } from '../../platform/concurrency/ticker.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { RequestTransitionsRepository } from '../../platform/database/repositories/request-transitions.js';
import { BulkOperationsRepository } from '../../platform/database/repositories/bulk-operations.js';
import { SourcesRepository } from '../../platform/database/repositories/sources.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import { Signals } from '../../platform/queues/signals.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { OrphanFiles } from './orphan-files.js';

const INTERVAL_MS = 1000;
const ORPHAN_INTERVAL_MS = 60 * 60 * 1000;
/** Minimum time between two runs of all processes. It is shorter than the interval, whose timer is not exact. */
const MIN_AGE_SECONDS = INTERVAL_MS / 1000 / 2;
const ORPHAN_MIN_AGE_SECONDS = 55 * 60;
/** Short, because a cancellation waits for the lease of a vanished process. */
const LEASE_SECONDS = 10;
/** Age in days at which the validators of a source are deleted. */
const SOURCE_DAYS = 180;
const SOURCES_BATCH_SIZE = 10_000;
/** Number of days for which the storage usage is kept by day. */
const USAGE_DAYS = 31;
/** Images, files and expired requests per batch. */
const IMAGES_BATCH_SIZE = 5000;
const FILES_BATCH_SIZE = 100;
const REQUESTS_BATCH_SIZE = 100;
/** Pause between two batches, which gives priority to uploads and images. */
const PAUSE_MS = 20;

/**
 * Runs periodic work: bulk operations, expiry of requests, garbage collection of artifacts and
 * orphan cleanup. One process at a time runs each task, and the others skip it with one statement.
 * Losing the lease is harmless, because the next process skips locked rows.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Housekeeping.name);
  private readonly ticker = new Ticker(
    () => this.logFirstFailure(() => this.runDueWork()),
    INTERVAL_MS,
  );
  private readonly orphanTicker = new Ticker(async () => {
    await this.logFirstFailure(() => this.removeOrphans());
    await this.logFirstFailure(() => this.correctUsage());
  }, ORPHAN_INTERVAL_MS);
  private readonly stopped = new AbortController();
  private subscription?: Subscription;
  private isFailing = false;
  private isRequested = false;

  constructor(
    private readonly transitions: RequestTransitionsRepository,
    private readonly operations: BulkOperationsRepository,
    private readonly artifacts: ArtifactsRepository,
    private readonly sources: SourcesRepository,
    private readonly store: ArtifactStore,
    private readonly orphans: OrphanFiles,
    private readonly leases: TaskLeasesRepository,
    private readonly usage: StorageUsageRepository,
    private readonly signals: Signals,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.signals.housekeepingDue.subscribe(() => {
      this.isRequested = true;
      this.ticker.runNow();
    });
    this.ticker.start();
    this.orphanTicker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    this.subscription?.unsubscribe();
    await Promise.all([this.ticker.stop(), this.orphanTicker.stop()]);
  }

  private async runDueWork(): Promise<void> {
    const minAgeSeconds = this.isRequested ? 0 : MIN_AGE_SECONDS;
    this.isRequested = false;
    await this.leases.runExclusive({
      name: 'housekeeping',
      minAgeSeconds,
      leaseSeconds: LEASE_SECONDS,
      signal: this.stopped.signal,
      run: (signal) => this.runBatches(signal),
    });
  }

  private async runBatches(signal: AbortSignal): Promise<void> {
    let hasMore = true;
    while (hasMore && !signal.aborted) {
      const expired = await this.transitions.removeExpired(REQUESTS_BATCH_SIZE);
      for (const id of expired) this.log.log({ message: 'Request expired', request_id: id });
      const step = await this.operations.advanceOperation(IMAGES_BATCH_SIZE);
      if (step?.done) {
        this.log.log({
          message: `Bulk operation completed (${step.kind})`,
          request_id: step.requestId,
        });
        if (step.kind === 'retry' || step.kind === 'resume') this.signals.imagesDue.next();
      }
      const files = await this.artifacts.collectGarbage(FILES_BATCH_SIZE, (unused) =>
        this.store.removeAll(unused),
      );
      hasMore = expired.length > 0 || step !== undefined || files > 0;
      if (hasMore) await setTimeout(PAUSE_MS);
    }
  }

  private async removeOrphans(): Promise<void> {
    const ran = await this.leases.runExclusive({
      name: 'orphan cleanup',
      minAgeSeconds: ORPHAN_MIN_AGE_SECONDS,
      signal: this.stopped.signal,
      run: async (signal) => {
        await this.sources.removeOld(SOURCE_DAYS, SOURCES_BATCH_SIZE);
        await this.orphans.removeOrphans(signal);
      },
    });
    // Each machine has its own temporary files.
    if (!ran) await this.orphans.removeLeftovers();
  }

  private async correctUsage(): Promise<void> {
    await this.leases.runExclusive({
      name: 'storage usage',
      minAgeSeconds: ORPHAN_MIN_AGE_SECONDS,
      signal: this.stopped.signal,
      run: async () => {
        const bytes = await this.usage.correctUsage();
        if (bytes !== 0) this.log.warn({ message: 'Storage usage corrected', bytes });
        await this.usage.mergeOldDays(USAGE_DAYS);
      },
    });
  }

  /** Retries failed work at the next interval and logs only the first failure. */
  private async logFirstFailure(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ message: 'Housekeeping failed; retrying', err: error });
      this.isFailing = true;
    }
  }
}
