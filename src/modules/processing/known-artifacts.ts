import { Injectable } from '@nestjs/common';
import { Batcher } from '../../platform/concurrency/batcher.js';
import {
  ArtifactsRepository,
  type NewArtifact,
} from '../../platform/database/repositories/artifacts.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { InFlightImages } from './in-flight-images.js';

/** Finds what was made before. A row counts only with its file, at the size that was stored. */
@Injectable()
export class KnownArtifacts {
  private readonly rows = new Batcher(
    async (keys: string[]) => {
      const known = await this.artifacts.findAll(keys);
      return keys.map((key) => known.get(key));
    },
    InFlightImages.batches(() => this.inHand),
  );

  constructor(
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
    private readonly inHand: InFlightImages,
  ) {}

  async find(key: string, requestId: string): Promise<NewArtifact | undefined> {
    const hurry = this.inHand.isLatencySensitive(requestId);
    const known = await this.rows.add(key, { hurry });
    const file = known && (await this.store.find(key, known.format));
    return file?.bytes === known?.bytes ? known : undefined;
  }
}
