import { Injectable } from '@nestjs/common';
import { Batcher } from '../common/batcher.js';
import { ArtifactsRepository, type NewArtifact } from '../database/repositories/artifacts.js';
import { ArtifactStore } from '../storage/artifact-store.js';
import { InHand } from './in-hand.js';

/** What was made before; a row alone does not count, its file has to be there. */
@Injectable()
export class KnownArtifacts {
  private readonly rows = new Batcher(
    async (keys: string[]) => {
      const known = await this.artifacts.findAll(keys);
      return keys.map((key) => known.get(key));
    },
    InHand.batches(() => this.inHand),
  );

  constructor(
    private readonly artifacts: ArtifactsRepository,
    private readonly store: ArtifactStore,
    private readonly inHand: InHand,
  ) {}

  async find(key: string, requestId: string): Promise<NewArtifact | undefined> {
    const hurry = this.inHand.isInHurry(requestId);
    const known = await this.rows.add(key, { hurry });
    return known && (await this.store.has(key, known.format)) ? known : undefined;
  }
}
