import { open } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import type { ImageFormat } from '../../platform/compression/inspect/image-format.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { identifyImage } from '../../platform/compression/inspect/image-type.js';
import { toCompressionOptions, type PreviewRequestDto } from './preview.dto.js';
import { RecentSources } from './recent-sources.js';
import { PREVIEW_ERRORS } from './error-table.js';

const MAX_RUNNING_PREVIEWS = 4;
const MAX_WAITING_PREVIEWS = 32;
const HEAD_BYTES = 4096;
/** Group of all previews in the decoder queue. Each request is also a group. */
const DECODER_GROUP = 'preview';

export interface PreviewedImage {
  /** Temporary file. Deleted when the callback has finished. */
  path: string;
  format: ImageFormat;
  bytesIn: number;
  bytesOut: number;
  /** Quality that was chosen for a target score or maximum size. */
  quality?: number;
  /** SSIMULACRA 2 score at this quality. */
  score?: number;
}

/** Downloads and compresses single images for previews. Stores nothing. */
@Injectable()
export class PreviewImages {
  /** Limits the total number of waiting and running previews. */
  private readonly admissionSlots: FairSemaphore;
  private readonly runningSlots: FairSemaphore;

  constructor(
    private readonly sources: RecentSources,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    semaphores: FairSemaphores,
  ) {
    this.admissionSlots = semaphores.createSemaphore(MAX_RUNNING_PREVIEWS + MAX_WAITING_PREVIEWS);
    this.runningSlots = semaphores.createSemaphore(MAX_RUNNING_PREVIEWS);
  }

  /**
   * Passes the preview to `usePreview`. While another owner is waiting, a preview of an owner above its share
   * may fail with TooManyPreviewsError.
   * @throws the AppError that an image of a request would fail with, or the abort reason of the signal
   */
  async createPreview(
    request: PreviewRequestDto,
    caller: { owner: string; signal: AbortSignal },
    usePreview: (image: PreviewedImage, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { owner } = caller;
    const evictionController = new AbortController();
    const onEvict = () => evictionController.abort(new TooManyPreviewsError());
    const releaseAdmission = this.admissionSlots.tryAcquire(owner, () => {
      releaseAdmission?.();
      onEvict();
    });
    if (!releaseAdmission) throw new TooManyPreviewsError();
    try {
      const signal = AbortSignal.any([caller.signal, evictionController.signal]);
      const releaseRunningSlot = await this.runningSlots.acquire(owner, signal, onEvict);
      await this.preparePreview(request, signal, (image) => usePreview(image, signal)).finally(
        releaseRunningSlot,
      );
    } finally {
      releaseAdmission();
    }
  }

  private preparePreview(
    request: PreviewRequestDto,
    signal: AbortSignal,
    usePreview: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    return this.sources.useSource(request.url, signal, async (source, bytesIn) => {
      if (!request.original)
        return this.compressSource(
          source,
          bytesIn,
          toCompressionOptions(request),
          signal,
          usePreview,
        );
      const format = identifyImage(await readHead(source));
      if (format !== 'tiff')
        return usePreview({ path: source, format, bytesIn, bytesOut: bytesIn });
      const pngOptions = { quality: 100, format: 'png' as const };
      return this.compressSource(source, bytesIn, pngOptions, signal, usePreview);
    });
  }

  private async compressSource(
    source: string,
    bytesIn: number,
    options: ReturnType<typeof toCompressionOptions>,
    signal: AbortSignal,
    usePreview: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    const target = this.store.createTemporaryPath();
    try {
      const result = await this.compressor.compressImage(
        { source, target, options },
        { signal, group: DECODER_GROUP },
      );
      const path = result.keptOriginal ? source : target;
      const { format, bytes, quality, score } = result;
      await usePreview({ path, format, bytesIn, bytesOut: bytes, quality, score });
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
