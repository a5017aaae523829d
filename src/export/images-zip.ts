import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { makeZip } from 'client-zip';
import { FairPlaces } from '../common/fair-places.js';
import { ownersIn } from '../config/api-keys.js';
import { Env } from '../config/env.js';
import { CompletedImagesRepository } from '../database/repositories/completed-images.js';
import type { ProcessingRequest } from '../database/entities/processing-request.entity.js';
import { TooManyDownloadsError } from '../database/snapshot-reader.js';
import { ArtifactStore } from '../storage/artifact-store.js';
import { zipName } from './zip-name.js';

/** Each reads files at the speed of its client; beyond, a disk does nothing else any more. */
const AT_ONCE = 16;
const MISSING = 'MISSING.txt';

/**
 * The compressed images of a request as a ZIP: stored, as they do not get smaller; one file open at a
 * time, read as fast as the client takes it. ZIP64 where it has to be.
 */
@Injectable()
export class ImagesZip {
  private readonly places: FairPlaces;

  constructor(
    private readonly images: CompletedImagesRepository,
    private readonly store: ArtifactStore,
    env: Env,
  ) {
    this.places = new FairPlaces(AT_ONCE, ownersIn(env.API_KEYS));
  }

  /** @throws TooManyDownloadsError */
  stream(request: ProcessingRequest): Readable {
    const leave = this.places.take(request.owner);
    if (!leave) throw new TooManyDownloadsError();
    const zip = makeZip(this.files(request));
    return Readable.fromWeb(zip).once('close', leave);
  }

  private async *files({ id, products }: ProcessingRequest) {
    const missing: string[] = [];
    for await (const image of this.images.inOrder(id)) {
      const name = zipName(image, products);
      const artifact = await this.store.find(image.artifactKey, image.format);
      if (!artifact) {
        missing.push(name);
        continue;
      }
      const input = createReadStream(artifact.path);
      yield { name, input, size: artifact.bytes, lastModified: image.finishedAt };
    }
    if (missing.length > 0) {
      const words =
        'These images were compressed, but their files are not in the storage any more:';
      yield { name: MISSING, input: [words, ...missing, ''].join('\n'), lastModified: new Date() };
    }
  }
}
