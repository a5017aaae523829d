import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ArtifactsRepository } from '../../src/platform/database/repositories/artifacts.js';
import {
  type DueImage,
  ImagesRepository,
} from '../../src/platform/database/repositories/images.js';
import { recordOutcomes } from '../../src/platform/database/statements/record-outcomes.js';

/** Images of a batch of claims and outcomes. The app batches at least as many under load. */
const BATCH = 16;
const LEASE_SECONDS = 15;
const ARTIFACT = { format: 'jpeg', width: 800, height: 800, bytes: 20_000, keptOriginal: false };

/** Workers that claim images and record them as completed, without downloading or compressing. */
export class SimulatedWorkers {
  private readonly images: ImagesRepository;
  private readonly artifacts: ArtifactsRepository;

  constructor(
    private readonly db: DataSource,
    private readonly queue: DueImage[],
    private readonly workers: number,
  ) {
    this.images = new ImagesRepository(db);
    this.artifacts = new ArtifactsRepository(db);
  }

  /** Empties the queue. Resolves when all images are recorded. */
  async drain(): Promise<void> {
    await Promise.all(Array.from({ length: this.workers }, () => this.work()));
  }

  private async work(): Promise<void> {
    for (let batch = this.next(); batch.length > 0; batch = this.next()) await this.process(batch);
  }

  private next(): DueImage[] {
    return this.queue.splice(0, BATCH);
  }

  private async process(batch: DueImage[]): Promise<void> {
    const wanted = batch.map(({ id }) => ({ id, lease: randomUUID() }));
    const claimed = await this.images.claimImages(wanted, LEASE_SECONDS);
    const made = claimed.map(({ id, lease }) => ({ id, lease, key: newKey() }));
    await this.artifacts.reserveArtifacts(
      made.map(({ key }) => ({ ...ARTIFACT, format: 'jpeg' as const, key, sha256: key })),
    );
    const { format, width, height, bytes, keptOriginal } = ARTIFACT;
    const outcomes = made.map(({ id, lease, key }) => ({
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

const newKey = (): string => `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
