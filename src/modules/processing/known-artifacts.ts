import { Injectable } from '@nestjs/common';
import { Batcher } from '../../platform/concurrency/batcher.js';
import {
  ArtifactsRepository,
  type ArtifactWithSource,
} from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { InFlightImages } from './in-flight-images.js';

/** Finds stored artifacts. Ignores artifacts whose file is missing or differs in size. */
@Injectable()
export class KnownArtifacts {
  private readonly lookups = new Batcher(
    async (keys: string[]) => {
      const artifactsByKey = await this.artifacts.findArtifacts(keys);
      return keys.map((key) => artifactsByKey.get(key));
    },
    InFlightImages.createBatcherSettings(() => this.inFlight),
  );

  constructor(
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
    private readonly inFlight: InFlightImages,
  ) {}

  async findArtifact(key: string, requestId: string): Promise<ArtifactWithSource | undefined> {
    const flush = this.inFlight.isLatencySensitive(requestId);
    const artifact = await this.lookups.addItem(key, { flush });
    const file = artifact && (await this.store.find(key, artifact.format));
    return file?.bytes === artifact?.bytes ? artifact : undefined;
  }
}
