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

const RUN_INTERVAL_MS = 1000;
const ORPHAN_CLEANUP_INTERVAL_MS = 60 * 60 * 1000;
/** Minimum time between two runs across all processes. Shorter than the interval, because timers are inexact. */
const MIN_RUN_INTERVAL_SECONDS = RUN_INTERVAL_MS / 1000 / 2;
const MIN_ORPHAN_CLEANUP_INTERVAL_SECONDS = 55 * 60;
/** Lease duration. Short, because a cancellation waits for the lease of a crashed process to expire. */
const LEASE_SECONDS = 10;
/** Age at which the validators of a source are deleted. */
const MAX_SOURCE_AGE_DAYS = 180;
const SOURCES_BATCH_SIZE = 10_000;
/** Number of recent days for which daily storage usage is kept. */
const DAILY_USAGE_DAYS = 31;
/** Number of images, files and expired requests per batch. */
const IMAGES_BATCH_SIZE = 5000;
const FILES_BATCH_SIZE = 100;
const REQUESTS_BATCH_SIZE = 100;
/** Pause between two batches, to give priority to uploads and image processing. */
const BATCH_PAUSE_MS = 20;

/**
 * Runs periodic tasks: bulk operations, expiry of requests, garbage collection of artifacts and
 * orphan cleanup. A lease limits each task to one process at a time. Losing the lease is harmless,
 * because the next process skips locked rows.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Housekeeping.name);
  private readonly ticker = new Ticker(
    () => this.logFirstFailure(() => this.runDueWork()),
    RUN_INTERVAL_MS,
  );
  private readonly orphanTicker = new Ticker(async () => {
    await this.logFirstFailure(() => this.removeOrphans());
    await this.logFirstFailure(() => this.correctUsage());
  }, ORPHAN_CLEANUP_INTERVAL_MS);
  private readonly abortController = new AbortController();
  private subscription?: Subscription;
  private isFailing = false;
  private isRunRequested = false;

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
      this.isRunRequested = true;
      this.ticker.runNow();
    });
    this.ticker.start();
    this.orphanTicker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.abortController.abort();
    this.subscription?.unsubscribe();
    await Promise.all([this.ticker.stop(), this.orphanTicker.stop()]);
  }

  private async runDueWork(): Promise<void> {
    const minAgeSeconds = this.isRunRequested ? 0 : MIN_RUN_INTERVAL_SECONDS;
    this.isRunRequested = false;
    await this.leases.runExclusive({
      name: 'housekeeping',
      minAgeSeconds,
      leaseSeconds: LEASE_SECONDS,
      signal: this.abortController.signal,
      run: (signal) => this.runBatches(signal),
    });
  }

  private async runBatches(signal: AbortSignal): Promise<void> {
    let hasMore = true;
    while (hasMore && !signal.aborted) {
      const expiredIds = await this.transitions.removeExpiredRequests(REQUESTS_BATCH_SIZE);
      for (const id of expiredIds) this.log.log({ message: 'Request expired', request_id: id });
      const step = await this.operations.advanceOperation(IMAGES_BATCH_SIZE);
      if (step?.isDone) {
        this.log.log({
          message: `Bulk operation completed (${step.kind})`,
          request_id: step.requestId,
        });
        if (step.kind === 'retry' || step.kind === 'resume') this.signals.imagesDue.next();
      }
      const removedFileCount = await this.artifacts.collectGarbage(
        FILES_BATCH_SIZE,
        (unusedArtifacts) => this.store.removeAll(unusedArtifacts),
      );
      hasMore = expiredIds.length > 0 || step !== undefined || removedFileCount > 0;
      if (hasMore) await setTimeout(BATCH_PAUSE_MS);
    }
  }

  private async removeOrphans(): Promise<void> {
    const hasRun = await this.leases.runExclusive({
      name: 'orphan cleanup',
      minAgeSeconds: MIN_ORPHAN_CLEANUP_INTERVAL_SECONDS,
      signal: this.abortController.signal,
      run: async (signal) => {
        await this.sources.removeOldSources(MAX_SOURCE_AGE_DAYS, SOURCES_BATCH_SIZE);
        await this.orphans.removeOrphans(signal);
      },
    });
    // Each machine has its own temporary files.
    if (!hasRun) await this.orphans.removeLeftovers();
  }

  private async correctUsage(): Promise<void> {
    await this.leases.runExclusive({
      name: 'storage usage',
      minAgeSeconds: MIN_ORPHAN_CLEANUP_INTERVAL_SECONDS,
      signal: this.abortController.signal,
      run: async () => {
        const bytes = await this.usage.correctUsage();
        if (bytes !== 0) this.log.warn({ message: 'Storage usage corrected', bytes });
        await this.usage.mergeOldDays(DAILY_USAGE_DAYS);
      },
    });
  }

  /** Runs a task and logs only the first of successive failures. The next interval retries the task. */
  private async logFirstFailure(task: () => Promise<void>): Promise<void> {
    try {
      await task();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ message: 'Housekeeping failed; retrying', err: error });
      this.isFailing = true;
    }
  }
}
