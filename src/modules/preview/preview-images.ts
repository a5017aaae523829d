import { open } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { identifyImage } from '../../platform/compression/inspect/image-type.js';
import { compressionOptions, type PreviewRequestDto } from './preview.dto.js';
import { RecentSources } from './recent-sources.js';
import { PREVIEW_ERRORS } from './error-table.js';

const MAX_RUNNING = 4;
const MAX_WAITING = 32;
const HEAD_BYTES = 4096;
/** Group of all previews in the decoder queue, like the group of a request. */
const GROUP = 'preview';

export interface PreviewedImage {
  /** Temporary file, deleted when the caller is done. */
  path: string;
  format: ImageFormat;
  bytesIn: number;
  bytesOut: number;
  /** Quality that was chosen for a score or a size. */
  quality?: number;
  /** SSIMULACRA 2 score at this quality. */
  score?: number;
}

/** Downloads and compresses single images for previews. Stores nothing. */
@Injectable()
export class PreviewImages {
  /** Limits waiting and running previews together. */
  private readonly admitted: FairSemaphore;
  private readonly running: FairSemaphore;

  constructor(
    private readonly sources: RecentSources,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    semaphores: FairSemaphores,
  ) {
    this.admitted = semaphores.createSemaphore(MAX_RUNNING + MAX_WAITING);
    this.running = semaphores.createSemaphore(MAX_RUNNING);
  }

  /**
   * Passes the preview to `work`. While another owner waits, a preview of an owner above its share ends
   * with TooManyPreviewsError.
   * @throws AppError as for an image of a request; the reason of the signal
   */
  async preview(
    wanted: PreviewRequestDto,
    caller: { owner: string; signal: AbortSignal },
    work: (image: PreviewedImage, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { owner } = caller;
    const displaced = new AbortController();
    const onEvict = () => displaced.abort(new TooManyPreviewsError());
    const releaseAdmission = this.admitted.tryAcquire(owner, () => {
      releaseAdmission?.();
      onEvict();
    });
    if (!releaseAdmission) throw new TooManyPreviewsError();
    try {
      const signal = AbortSignal.any([caller.signal, displaced.signal]);
      const release = await this.running.acquire(owner, signal, onEvict);
      await this.preparePreview(wanted, signal, (image) => work(image, signal)).finally(release);
    } finally {
      releaseAdmission();
    }
  }

  private preparePreview(
    wanted: PreviewRequestDto,
    signal: AbortSignal,
    work: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    return this.sources.use(wanted.url, signal, async (source, bytesIn) => {
      if (!wanted.original)
        return this.compressSource(source, bytesIn, compressionOptions(wanted), signal, work);
      const format = identifyImage(await readHead(source));
      if (format !== 'tiff') return work({ path: source, format, bytesIn, bytesOut: bytesIn });
      const asPng = { quality: 100, format: 'png' as const };
      return this.compressSource(source, bytesIn, asPng, signal, work);
    });
  }

  private async compressSource(
    source: string,
    bytesIn: number,
    options: ReturnType<typeof compressionOptions>,
    signal: AbortSignal,
    work: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    const target = this.store.temporaryPath();
    try {
      const made = await this.compressor.compressImage(
        { source, target, options },
        { signal, group: GROUP },
      );
      const path = made.keptOriginal ? source : target;
      const { format, bytes, quality, score } = made;
      await work({ path, format, bytesIn, bytesOut: bytes, quality, score });
    } finally {
      await this.store.discard(target);
    }
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

class TooManyPreviewsError extends AppError {
  constructor() {
    super(PREVIEW_ERRORS.too_many_previews, { retryAfterMs: 2000 });
  }
}
