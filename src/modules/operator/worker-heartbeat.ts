import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Compressor } from '../../platform/compression/compressor.js';
import { ActiveImages } from '../../platform/concurrency/active-images.js';
import { Env } from '../../platform/config/env.js';
import { VERSION } from '../../platform/config/version.js';
import type { OriginState } from '../../platform/database/entities/worker.entity.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import type { OriginSnapshot } from '../../platform/http-client/origin/origin.js';
import { OriginRegistry } from '../../platform/http-client/origin/origin-registry.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';

/** Interval between heartbeats. A process counts as ended after four missed heartbeats. */
const HEARTBEAT_INTERVAL_MS = 5000;
const MAX_ORIGINS = 200;
const MAX_OLDEST_IMAGES = 20;
/** Time after which the rows of ended processes are removed: one day. */
const REMOVE_AFTER_SECONDS = 86_400;

/**
 * Writes the state of this process to its row in `workers`, and stores the usage of owners. Other
 * processes read the row to report on this process.
 */
@Injectable()
export class WorkerHeartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(WorkerHeartbeat.name);
  private readonly instance = randomUUID();
  private readonly startedAt = new Date();
  private timer?: NodeJS.Timeout;
  private runningWrite?: Promise<void>;
  private hasFailed = false;

  constructor(
    private readonly workers: WorkersRepository,
    private readonly usage: OwnerUsageMeter,
    private readonly activeImages: ActiveImages,
    private readonly compressor: Compressor,
    private readonly origins: OriginRegistry,
    private readonly storagePause: StoragePause,
    private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.recordHeartbeat(), HEARTBEAT_INTERVAL_MS);
    this.recordHeartbeat();
  }

  /** Removes the row immediately, so operators no longer see this process. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.runningWrite;
    await this.workers
      .removeWorker(this.instance)
      .catch((error: unknown) => this.logFirstFailure(error));
  }

  /** Skips a heartbeat while the previous one is waiting for the database. */
  private recordHeartbeat(): void {
    this.runningWrite ??= this.writeHeartbeat()
      .then(
        () => (this.hasFailed = false),
        (error: unknown) => this.logFirstFailure(error),
      )
      .then(() => (this.runningWrite = undefined));
  }

  private async writeHeartbeat(): Promise<void> {
    await this.workers.renewWorker({
      instance: this.instance,
      role: this.env.PRESSROOM_ROLE,
      version: VERSION,
      hostname: hostname(),
      pid: process.pid,
      startedAt: this.startedAt,
      imagesInProgress: this.activeImages.count,
      decodersRunning: this.compressor.processCount,
      decoders: this.env.DECODERS,
      storageError: this.storagePause.fault.value?.message ?? null,
      oldestImages: this.activeImages
        .listOldestImages(MAX_OLDEST_IMAGES)
        .map(({ imageId, startedAt }) => ({
          image_id: imageId,
          since: startedAt.toISOString(),
        })),
      origins: this.origins.listBusyOrigins(MAX_ORIGINS).map(toOriginState),
    });
    await this.usage.flush();
    await this.workers.removeStaleWorkers(REMOVE_AFTER_SECONDS);
  }

  /** Logs only the first of successive failures. The database is probably unavailable. */
  private logFirstFailure(error: unknown): void {
    if (!this.hasFailed) {
      this.log.warn({ message: "Could not write this process's heartbeat", err: error });
    }
    this.hasFailed = true;
  }
}

function toOriginState(origin: OriginSnapshot): OriginState {
  const { host, running, concurrency, requestsPerMinute, breaker, pausedUntil } = origin;
  const resumesAt = breaker.name === 'closed' ? pausedUntil : breaker.probeAt;
  return {
    host,
    running,
    concurrency,
    requests_per_minute:
      requestsPerMinute === undefined ? null : Math.round(requestsPerMinute * 10) / 10,
    breaker: breaker.name,
    paused_until: resumesAt === undefined ? null : new Date(resumesAt).toISOString(),
    reason: describePause(origin),
  };
}

function describePause({ host, breaker, pausedUntil }: OriginSnapshot): string | null {
  if (breaker.name !== 'closed') return breaker.reason;
  return pausedUntil === undefined ? null : `${host} limits the number of requests.`;
}
