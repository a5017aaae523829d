import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ArtifactsRepository } from '../../src/platform/database/repositories/artifacts.js';
import {
  type DueImage,
  ImagesRepository,
} from '../../src/platform/database/repositories/images.js';
import { recordOutcomes } from '../../src/platform/database/statements/record-outcomes.js';

/** Number of images in a batch of claims or outcomes. Under load, the app uses batches of at least this size. */
const BATCH_SIZE = 16;
const LEASE_SECONDS = 15;
const ARTIFACT = { format: 'jpeg', width: 800, height: 800, bytes: 20_000, keptOriginal: false };

/** Workers that claim images and record them as completed, without downloading or compressing. */
export class SimulatedWorkers {
  private readonly images: ImagesRepository;
  private readonly artifacts: ArtifactsRepository;

  constructor(
    private readonly db: DataSource,
    private readonly queue: DueImage[],
    private readonly workerCount: number,
  ) {
    this.images = new ImagesRepository(db);
    this.artifacts = new ArtifactsRepository(db);
  }

  /** Empties the queue. Resolves when all images are recorded. */
  async drain(): Promise<void> {
    await Promise.all(Array.from({ length: this.workerCount }, () => this.runWorker()));
  }

  private async runWorker(): Promise<void> {
    for (let batch = this.takeBatch(); batch.length > 0; batch = this.takeBatch())
      await this.processBatch(batch);
  }

  private takeBatch(): DueImage[] {
    return this.queue.splice(0, BATCH_SIZE);
  }

  private async processBatch(batch: DueImage[]): Promise<void> {
    const claims = batch.map(({ id }) => ({ id, lease: randomUUID() }));
    const claimedImages = await this.images.claimImages(claims, LEASE_SECONDS);
    const results = claimedImages.map(({ id, lease }) => ({ id, lease, key: randomKey() }));
    await this.artifacts.reserveArtifacts(
      results.map(({ key }) => ({ ...ARTIFACT, format: 'jpeg' as const, key, sha256: key })),
    );
    const { format, width, height, bytes, keptOriginal } = ARTIFACT;
    const outcomes = results.map(({ id, lease, key }) => ({
      imageId: id,
      lease,
      result: {
        status: 'completed' as const,
        artifactKey: key,
        format,
        width,
        height,
        keptOriginal,
        bytesIn: 2 * bytes,
        bytesOut: bytes,
        isNew: true,
      },
    }));
    const { imageIds } = await recordOutcomes(this.db, outcomes, 0);
    if (imageIds.length !== batch.length) throw new Error('A worker lost an image');
  }
}

const randomKey = (): string => `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
