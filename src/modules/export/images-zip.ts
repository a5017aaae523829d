import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { makeZip } from 'client-zip';
import type { DownloadSlots } from '../../platform/concurrency/download-slots.js';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { Env } from '../../platform/config/env.js';
import {
  type CompletedImage,
  CompletedImagesRepository,
  type CompletedImages,
} from '../../platform/database/repositories/completed-images.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { ExportIncompleteError } from './export-errors.js';
import type { OpenZip } from './send-zip.js';
import { ZipNames } from './zip-names.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';

/** Maximum number of concurrent ZIPs. More would saturate a disk. */
const MAX_ZIPS = 16;

/**
 * Writes the compressed images of a request as a ZIP. Entries are stored uncompressed, because
 * images do not get smaller. One file is open at a time and read at the speed of the client. Uses
 * ZIP64 when needed.
 */
@Injectable()
export class ImagesZip {
  private readonly slots: DownloadSlots;

  constructor(
    private readonly images: CompletedImagesRepository,
    private readonly store: ArtifactStore,
    env: Env,
    semaphores: FairSemaphores,
  ) {
    const maxWaitMs = env.EXPORT_QUEUE_SECONDS * 1000;
    this.slots = semaphores.createDownloadSlots(MAX_ZIPS, maxWaitMs);
  }

  /** @throws RequestNotFoundError, TooManyDownloadsError, the reason of `signal` */
  async open(request: ProcessingRequest, signal: AbortSignal): Promise<OpenZip> {
    const release = await this.slots.acquireSlot(request.owner, signal);
    try {
      const images = await this.images.count(request.id);
      if (!images) throw new RequestNotFoundError();
      const files = new ZipFiles(request, images, this.images, this.store);
      const content = Readable.fromWeb(makeZip(files.entries()));
      content.once('close', () => {
        files.close();
        release();
      });
      return { files: images.count, content };
    } catch (error) {
      release();
      throw error;
    }
  }
}

/** Yields the entries of one ZIP. Fails if their number differs from the count. */
class ZipFiles {
  private open?: Readable;
  private readonly names: ZipNames;

  constructor(
    private readonly request: ProcessingRequest,
    private readonly counted: CompletedImages,
    private readonly images: CompletedImagesRepository,
    private readonly store: ArtifactStore,
  ) {
    this.names = new ZipNames(request);
  }

  /** @throws ExportIncompleteError if the request is removed during the download */
  async *entries() {
    const { count } = this.counted;
    let entries = 0;
    let missing = 0;
    for await (const image of this.images.readInOrder(this.request.id, this.counted)) {
      // An image that was recorded before the count may be committed after it.
      if (entries === count) break;
      const entry = await this.createEntry(image);
      entries += 1;
      if (entry.isMissing) missing += 1;
      yield entry;
    }
    // Files of a removed request are removed while its images are still being read.
    const isRemoved = missing > 0 && !(await this.images.count(this.request.id));
    if (entries < count || isRemoved) {
      throw new ExportIncompleteError('images', count, entries - missing);
    }
  }

  /** Closes the open file. client-zip leaves it open when the client disconnects. */
  close(): void {
    this.open?.destroy();
  }

  private async createEntry(image: CompletedImage) {
    const name = this.names.getEntryName(image);
    const lastModified = image.finishedAt;
    const artifact = await this.store.read(image.artifactKey, image.format);
    if (!artifact) {
      const input = 'This image was compressed, but its file is missing in the storage.\n';
      return { name: `${name}.missing.txt`, input, lastModified, isMissing: true };
    }
    this.open = artifact.content;
    return { name, input: this.open, size: artifact.bytes, lastModified, isMissing: false };
  }
}
