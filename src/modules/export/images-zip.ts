import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { makeZip } from 'client-zip';
import type { DownloadSlots } from '../../platform/concurrency/download-slots.js';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { Env } from '../../platform/config/env.js';
import {
  type CompletedImage,
  CompletedImagesRepository,
  type CompletedFileCount,
} from '../../platform/database/repositories/completed-images.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { ExportIncompleteError } from './export-errors.js';
import type { OpenZip } from './send-zip.js';
import { ZipNames } from './zip-names.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';

/** Maximum number of concurrent ZIP downloads. More downloads would saturate a disk. */
const MAX_CONCURRENT_ZIPS = 16;

/**
 * Writes the compressed images of a request as a ZIP. Entries are stored uncompressed, because images
 * cannot be compressed further. Opens one file at a time and reads it at the speed of the client. Uses
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
    this.slots = semaphores.createDownloadSlots(MAX_CONCURRENT_ZIPS, maxWaitMs);
  }

  /** @throws RequestNotFoundError, TooManyDownloadsError, or the abort reason of `signal` */
  async openZip(request: ProcessingRequest, signal: AbortSignal): Promise<OpenZip> {
    const releaseSlot = await this.slots.acquireSlot(request.owner, signal);
    try {
      const counts = await this.images.countFiles(request.id);
      if (!counts) throw new RequestNotFoundError();
      const files = new ZipFiles(request, counts, this.images, this.store);
      const content = Readable.fromWeb(makeZip(files.generateEntries()));
      content.once('close', () => {
        files.closeOpenFile();
        releaseSlot();
      });
      return { entryCount: counts.count, content };
    } catch (error) {
      releaseSlot();
      throw error;
    }
  }
}

/** Generates the entries of one ZIP. Fails if their number differs from the count. */
class ZipFiles {
  private openFile?: Readable;
  private readonly names: ZipNames;

  constructor(
    private readonly request: ProcessingRequest,
    private readonly counts: CompletedFileCount,
    private readonly images: CompletedImagesRepository,
    private readonly store: ArtifactStore,
  ) {
    this.names = new ZipNames(request);
  }

  /** @throws ExportIncompleteError if the request is removed during the download */
  async *generateEntries() {
    const { count } = this.counts;
    let entryCount = 0;
    let missingCount = 0;
    for await (const image of this.images.readFiles(this.request.id, this.counts)) {
      // An image that was recorded before the count may be committed after it.
      if (entryCount === count) break;
      const entry = await this.createEntry(image);
      entryCount += 1;
      if (entry.isMissing) missingCount += 1;
      yield entry;
    }
    // If the request is removed, its files disappear while the images are being read.
    const isRemoved = missingCount > 0 && !(await this.images.countFiles(this.request.id));
    if (entryCount < count || isRemoved) {
      throw new ExportIncompleteError('images', count, entryCount - missingCount);
    }
  }

  /** Closes the open file. client-zip leaves it open when the client disconnects. */
  closeOpenFile(): void {
    this.openFile?.destroy();
  }

  private async createEntry(image: CompletedImage) {
    const name = this.names.getEntryName(image);
    const lastModified = image.finishedAt;
    const artifact = await this.store.read(image.artifactKey, image.format);
    if (!artifact) {
      const input = 'This image was compressed, but its file is missing from storage.\n';
      return { name: `${name}.missing.txt`, input, lastModified, isMissing: true };
    }
    this.openFile = artifact.content;
    return { name, input: this.openFile, size: artifact.bytes, lastModified, isMissing: false };
  }
}
