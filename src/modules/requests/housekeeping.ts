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
import { RequestMovesRepository } from '../../platform/database/repositories/request-moves.js';
import { RequestSweepsRepository } from '../../platform/database/repositories/request-sweeps.js';
import { SourcesRepository } from '../../platform/database/repositories/sources.js';
import { Signals } from '../../platform/queues/signals.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { OrphanFiles } from './orphan-files.js';

const SWEEP_MS = 1000;
const ORPHANS_MS = 60 * 60 * 1000;
/** What was not fetched for so long is fetched anew. */
const SOURCE_DAYS = 180;
const SOURCES = 10_000;
/** Images of one batch, files of one batch, expired requests of one batch. */
const IMAGES = 5000;
const FILES = 100;
const REQUESTS = 100;
/** Between two batches, so that uploads and images have their turn. */
const PAUSE_MS = 20;

/**
 * Timers of the app: rows that are left of a cancel, retry or removal, requests whose time is over,
 * files that nothing uses. Any number of apps may run it: what one has locked, the others pass by.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Housekeeping.name);
  private readonly ticker = new Ticker(() => this.guarded(() => this.sweep()), SWEEP_MS);
  private readonly orphanTicker = new Ticker(
    () => this.guarded(() => this.sweepLeftovers()),
    ORPHANS_MS,
  );
  private readonly stopped = new AbortController();
  private subscription?: Subscription;
  private isFailing = false;

  constructor(
    private readonly moves: RequestMovesRepository,
    private readonly sweeps: RequestSweepsRepository,
    private readonly artifacts: ArtifactsRepository,
    private readonly sources: SourcesRepository,
    private readonly store: ArtifactStore,
    private readonly orphans: OrphanFiles,
    private readonly signals: Signals,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.signals.sweepDue.subscribe(() => this.ticker.nudge());
    this.ticker.start();
    this.orphanTicker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    this.subscription?.unsubscribe();
    await Promise.all([this.ticker.stop(), this.orphanTicker.stop()]);
  }

  private async sweep(): Promise<void> {
    let isMore = true;
    while (isMore && !this.stopped.signal.aborted) {
      const expired = await this.moves.removeExpired(REQUESTS);
      for (const id of expired) this.log.log({ message: 'Request expired', request_id: id });
      const step = await this.sweeps.advance(IMAGES);
      if (step?.done) {
        this.log.log({ message: `Images swept (${step.kind})`, request_id: step.requestId });
        if (step.kind === 'retry' || step.kind === 'resume') this.signals.imagesDue.next();
      }
      const files = await this.artifacts.sweepUnused(FILES, ({ key, format }) =>
        this.store.remove(key, format),
      );
      isMore = expired.length > 0 || step !== undefined || files > 0;
      if (isMore) await setTimeout(PAUSE_MS);
    }
  }

  private async sweepLeftovers(): Promise<void> {
    await this.sources.forgetOld(SOURCE_DAYS, SOURCES);
    await this.orphans.sweep(this.stopped.signal);
  }

  /** What fails is tried again at the next turn; an outage is told once. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ message: 'The sweep is tried again', err: error });
      this.isFailing = true;
    }
  }
}
