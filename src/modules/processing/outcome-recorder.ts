import { Injectable, Logger } from '@nestjs/common';
import { Batcher } from '../../platform/concurrency/batcher.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import type { ReservedArtifact } from '../../platform/database/statements/reserve-artifacts.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { OutcomesRepository } from '../../platform/database/repositories/outcomes.js';
import type { PostponedImage } from '../../platform/database/statements/postpone-images.js';
import type { Outcome } from '../../platform/database/statements/outcome.js';
import { SourcesRepository } from '../../platform/database/repositories/sources.js';
import { Signals } from '../../platform/queues/signals.js';
import { retryWhileDatabaseUnavailable } from './database-retry.js';
import { InFlightImages } from './in-flight-images.js';

/** Records the outcomes of images. Outcomes that arrive together are recorded by one statement. */
@Injectable()
export class OutcomeRecorder {
  private readonly log = new Logger(OutcomeRecorder.name);
  private readonly stopController = new AbortController();

  private readonly outcomes = new Batcher(
    (batch: Outcome[]) => this.recordBatch(batch),
    InFlightImages.createBatcherSettings(() => this.inFlight),
  );
  private readonly postponements = new Batcher(async (batch: PostponedImage[]) => {
    await retryWhileDatabaseUnavailable(
      () => this.images.postponeImages(batch),
      this.stopController.signal,
    );
    return batch.map(() => undefined);
  });
  private readonly reservations = new Batcher(
    async (batch: ReservedArtifact[]) => {
      await retryWhileDatabaseUnavailable(
        () => this.artifacts.reserveArtifacts(batch),
        this.stopController.signal,
      );
      return batch.map(() => undefined);
    },
    InFlightImages.createBatcherSettings(() => this.inFlight),
  );

  constructor(
    private readonly images: ImagesRepository,
    private readonly artifacts: ArtifactsRepository,
    private readonly repository: OutcomesRepository,
    private readonly sources: SourcesRepository,
    private readonly signals: Signals,
    private readonly inFlight: InFlightImages,
  ) {}

  /** Reserves the key of a file before the file is stored. Garbage collection keeps reserved files. */
  async reserveArtifact(artifact: ReservedArtifact, requestId: string): Promise<void> {
    await this.reservations.addItem(artifact, {
      flush: this.inFlight.isLatencySensitive(requestId),
    });
  }

  /**
   * Records an outcome and counts the image. Returns false, without counting it, if the lease was lost, the
   * request has ended, or the reused artifact was garbage-collected in the meantime.
   */
  recordOutcome(outcome: Outcome, requestId: string): Promise<boolean> {
    return this.outcomes.addItem(outcome, { flush: this.inFlight.isLatencySensitive(requestId) });
  }

  async postponeImage(postponedImage: PostponedImage): Promise<void> {
    await this.postponements.addItem(postponedImage);
  }

  /** Stops waiting for PostgreSQL during an outage. Unrecorded images are processed again later. */
  stopRetries(): void {
    this.stopController.abort();
  }

  private async recordBatch(batch: Outcome[]): Promise<boolean[]> {
    const [{ imageIds, finishedRequests }] = await Promise.all([
      retryWhileDatabaseUnavailable(
        () => this.repository.recordOutcomes(batch),
        this.stopController.signal,
      ),
      this.rememberSources(batch),
    ]);
    for (const { id, status } of finishedRequests) {
      this.log.log({ message: `Request ${status}`, request_id: id });
    }
    if (finishedRequests.length > 0) this.signals.deliveriesDue.next();
    const recordedIds = new Set(imageIds);
    return batch.map(({ imageId }) => recordedIds.has(imageId));
  }

  /** Stores validators for the next download. A failure does not affect the images. */
  private async rememberSources(batch: Outcome[]): Promise<void> {
    const sources = batch.flatMap(({ result }) =>
      result.status === 'completed' && result.downloadedSource ? [result.downloadedSource] : [],
    );
    await this.sources.saveSources(sources).catch((error: unknown) => {
      this.log.warn({ message: 'Could not store source validators', err: error });
    });
  }
}
