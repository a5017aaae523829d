import { Injectable, Logger } from '@nestjs/common';
import { Batcher } from '../../platform/concurrency/batcher.js';
import {
  ArtifactsRepository,
  type ReservedArtifact,
} from '../../platform/database/repositories/artifacts.js';
import { ImagesRepository, type Postponed } from '../../platform/database/repositories/images.js';
import { type Outcome, OutcomesRepository } from '../../platform/database/repositories/outcomes.js';
import { SourcesRepository } from '../../platform/database/repositories/sources.js';
import { Signals } from '../../platform/queues/signals.js';
import { retryWhileDatabaseUnavailable } from './database-retry.js';
import { InFlightImages } from './in-flight-images.js';

/** Writes down how images ended, many in one statement when many end at once. */
@Injectable()
export class OutcomeRecorder {
  private readonly log = new Logger(OutcomeRecorder.name);
  private readonly stopped = new AbortController();

  private readonly outcomes = new Batcher(
    (batch: Outcome[]) => this.recordBatch(batch),
    InFlightImages.batches(() => this.inHand),
  );
  private readonly postponed = new Batcher(async (batch: Postponed[]) => {
    await retryWhileDatabaseUnavailable(() => this.images.postpone(batch), this.stopped.signal);
    return batch.map(() => undefined);
  });
  private readonly reserved = new Batcher(
    async (batch: ReservedArtifact[]) => {
      await retryWhileDatabaseUnavailable(() => this.artifacts.reserve(batch), this.stopped.signal);
      return batch.map(() => undefined);
    },
    InFlightImages.batches(() => this.inHand),
  );

  constructor(
    private readonly images: ImagesRepository,
    private readonly artifacts: ArtifactsRepository,
    private readonly repository: OutcomesRepository,
    private readonly sources: SourcesRepository,
    private readonly signals: Signals,
    private readonly inHand: InFlightImages,
  ) {}

  /** Announces a file that is about to be stored, so that no sweep takes it before it is recorded. */
  async reserve(artifact: ReservedArtifact, requestId: string): Promise<void> {
    await this.reserved.add(artifact, { hurry: this.inHand.isLatencySensitive(requestId) });
  }

  /**
   * False when the image was not under this lease any more, its request not open, or the artifact that
   * was found for it swept meanwhile; nothing was counted then.
   */
  record(outcome: Outcome, requestId: string): Promise<boolean> {
    return this.outcomes.add(outcome, { hurry: this.inHand.isLatencySensitive(requestId) });
  }

  async postpone(postponed: Postponed): Promise<void> {
    await this.postponed.add(postponed);
  }

  /** From here on an outage of PostgreSQL is not waited for; what is open then is done again later. */
  stop(): void {
    this.stopped.abort();
  }

  private async recordBatch(batch: Outcome[]): Promise<boolean[]> {
    const [{ imageIds, endedRequests }] = await Promise.all([
      retryWhileDatabaseUnavailable(
        () => this.repository.recordOutcomes(batch),
        this.stopped.signal,
      ),
      this.rememberSources(batch),
    ]);
    for (const { id, status } of endedRequests) {
      this.log.log({ message: `Request ${status}`, request_id: id });
    }
    if (endedRequests.length > 0) this.signals.deliveriesDue.next();
    const recorded = new Set(imageIds);
    return batch.map(({ imageId }) => recorded.has(imageId));
  }

  /** Only saves work next time, so a failure is no image's. */
  private async rememberSources(batch: Outcome[]): Promise<void> {
    const seen = batch.flatMap(({ result }) =>
      result.status === 'completed' && result.seen ? [result.seen] : [],
    );
    await this.sources.remember(seen).catch((error: unknown) => {
      this.log.warn({ message: 'What is known of sources could not be written', err: error });
    });
  }
}
