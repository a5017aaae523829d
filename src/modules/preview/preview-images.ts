import { open } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import type { ImageFormat } from '../../platform/compression/image-format.js';
import { ownersIn } from '../../platform/config/api-keys.js';
import { Env } from '../../platform/config/env.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { identifyImage } from '../../platform/compression/image-type.js';
import { compressionOptions, type PreviewRequestDto } from './preview.dto.js';
import { RecentSources } from './recent-sources.js';

const AT_ONCE = 4;
const MAX_WAITING = 32;
const HEAD_BYTES = 4096;
/** Somebody waits for a preview: it takes its turn beside the requests, not behind them. */
const GROUP = 'preview';

export interface PreviewedImage {
  /** A temporary file, there until the caller's work is done. */
  path: string;
  format: ImageFormat;
  bytesIn: number;
  bytesOut: number;
}

/** Fetches and compresses single images to be looked at; nothing of it is stored. */
@Injectable()
export class PreviewImages {
  /** For those who wait and those whose turn it is. */
  private readonly room: FairSemaphore;
  private readonly places: FairSemaphore;

  constructor(
    private readonly sources: RecentSources,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    env: Env,
  ) {
    const owners = ownersIn(env.API_KEYS);
    this.room = new FairSemaphore(AT_ONCE + MAX_WAITING, owners);
    this.places = new FairSemaphore(AT_ONCE, owners);
  }

  /**
   * While another owner waits, a preview of an owner above its share ends with TooManyPreviewsError.
   * @throws AppError in the words that an image of a request would fail with; the signal's reason
   */
  async preview(
    wanted: PreviewRequestDto,
    caller: { owner: string; signal: AbortSignal },
    work: (image: PreviewedImage, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { owner } = caller;
    const displaced = new AbortController();
    const onEvict = () => displaced.abort(new TooManyPreviewsError());
    const leaveRoom = this.room.tryAcquire(owner, () => {
      leaveRoom?.();
      onEvict();
    });
    if (!leaveRoom) throw new TooManyPreviewsError();
    try {
      const signal = AbortSignal.any([caller.signal, displaced.signal]);
      const leave = await this.places.acquire(owner, signal, onEvict);
      await this.show(wanted, signal, (image) => work(image, signal)).finally(leave);
    } finally {
      leaveRoom();
    }
  }

  private show(
    wanted: PreviewRequestDto,
    signal: AbortSignal,
    work: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    return this.sources.use(wanted.url, signal, async (source, bytesIn) => {
      if (!wanted.original)
        return this.compressed(source, bytesIn, compressionOptions(wanted), signal, work);
      const format = identifyImage(await headOf(source));
      if (format !== 'tiff') return work({ path: source, format, bytesIn, bytesOut: bytesIn });
      const asPng = { quality: 100, format: 'png' as const };
      return this.compressed(source, bytesIn, asPng, signal, work);
    });
  }

  private async compressed(
    source: string,
    bytesIn: number,
    options: ReturnType<typeof compressionOptions>,
    signal: AbortSignal,
    work: (image: PreviewedImage) => Promise<void>,
  ): Promise<void> {
    const target = this.store.temporaryPath();
    try {
      const made = await this.compressor.compress(
        { source, target, options },
        { signal, group: GROUP },
      );
      const path = made.keptOriginal ? source : target;
      await work({ path, format: made.format, bytesIn, bytesOut: made.bytes });
    } finally {
      await this.store.discard(target);
    }
  }
}

async function headOf(path: string): Promise<Buffer> {
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
    super({
      code: 'too_many_previews',
      status: 429,
      message: 'Too many images are being looked at at once. Try again in a moment.',
      retryAfterMs: 2000,
    });
  }
}
