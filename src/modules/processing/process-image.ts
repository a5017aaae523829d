import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { ImageFormat } from '../../platform/compression/image-format.js';
import { ServerSecret } from '../../platform/config/server-secret.js';
import type { ClaimedImage } from '../../platform/database/repositories/images.js';
import type { Outcome } from '../../platform/database/repositories/outcomes.js';
import type { Downloaded } from '../../platform/http-client/downloaded.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { artifactKey } from '../../platform/storage/artifact-key.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { ENCODER_VERSION } from '../../platform/compression/encoder-settings.js';
import { KnownArtifacts } from './known-artifacts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { PrefetchBudget } from './prefetch-budget.js';
import { toCachedSource } from './cache-validators.js';

/** Some images of the largest size that is taken, or hundreds of usual ones. */
const PREFETCH_BYTES = 256 * 1024 * 1024;

/** What is stored for one source with one set of options. */
interface StoredResult {
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  keptOriginal: boolean;
  /** It was stored just now; otherwise it was found. */
  made: boolean;
}

interface Work {
  /** Path of the downloaded file, or what it would hold. */
  source: string | Buffer[];
  image: ClaimedImage;
  signal: AbortSignal;
}

interface FreshDownload {
  /** Path of the downloaded file, which is absent when the download holds its bytes. */
  file: string;
  downloaded: Downloaded;
  signal: AbortSignal;
}

interface DamagedDownload {
  file: string;
  sha256: string;
  /** What the decoder said of it. */
  damage: AppError;
  signal: AbortSignal;
}

const DAMAGE = new Set(['image_truncated', 'image_corrupt']);

/** The pipeline of one image: download -> inspect and compress -> store. Recording is the caller's. */
@Injectable()
export class ProcessImage {
  /** What is being made right now, so that the same source in two products is compressed once. */
  private readonly making = new Map<string, Promise<StoredResult>>();
  private readonly prefetched = new PrefetchBudget(PREFETCH_BYTES);

  constructor(
    private readonly downloader: Downloader,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    private readonly known: KnownArtifacts,
    private readonly recorder: OutcomeRecorder,
    private readonly secret: ServerSecret,
  ) {}

  /** @throws AppError whose policy says what becomes of the image; the reason of `signal` on a stop. */
  async run(image: ClaimedImage, signal: AbortSignal): Promise<Outcome['result']> {
    await this.prefetched.room();
    const before = await this.madeBefore(image);
    const file = this.store.temporaryPath();
    const downloaded = await this.downloader.downloadUnlessUnchanged(
      image.inputUrl,
      before?.source,
      { to: file, keepSmall: true, signal },
    );
    if (!downloaded) return completed(before!.key, before!.source.bytes, before!.result);

    return this.finish(image, { file, downloaded, signal }).catch((error: unknown) => {
      if (!isDamage(error)) throw error;
      return this.downloadAgain(image, { file, sha256: downloaded.sha256, damage: error, signal });
    });
  }

  /** Proxies and caches sometimes pass on a part of a file; the second download is whole then. */
  private async downloadAgain(
    image: ClaimedImage,
    { file, sha256, damage, signal }: DamagedDownload,
  ): Promise<Outcome['result']> {
    const target = { to: file, keepSmall: true, again: true, signal };
    const downloaded = await this.downloader
      .download(image.inputUrl, target)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        // Only what will not pass leaves the damage as the last word.
        throw error instanceof AppError && error.retry === 'never' ? damage : error;
      });
    if (downloaded.sha256 !== sha256) return this.finish(image, { file, downloaded, signal });
    if (!downloaded.body) await this.store.discard(file);
    throw damage;
  }

  private async finish(
    image: ClaimedImage,
    { file, downloaded, signal }: FreshDownload,
  ): Promise<Outcome['result']> {
    const { bytes, sha256, body } = downloaded;
    const release = this.prefetched.hold(bytes);
    try {
      const key = this.keyOf(image, sha256);
      const result =
        (await this.findStored(key, image.requestId)) ??
        (await this.makeOnce(key, { source: body ?? file, image, signal }));
      return { ...completed(key, bytes, result), seen: toCachedSource(image.inputUrl, downloaded) };
    } finally {
      release();
      if (!body) await this.store.discard(file);
    }
  }

  /**
   * What was made with these options of what the URL gave last time. Only then is its server asked
   * whether it changed: with other options the bytes are needed in any case.
   */
  private async madeBefore({ known, ...image }: ClaimedImage) {
    if (!known) return undefined;
    const key = this.keyOf(image, known.sha256);
    const result = await this.findStored(key, image.requestId);
    return result && { key, source: known, result };
  }

  private keyOf({ options }: Pick<ClaimedImage, 'options'>, sha256: string): string {
    return artifactKey(this.secret, sha256, options, ENCODER_VERSION);
  }

  private async findStored(key: string, requestId: string): Promise<StoredResult | undefined> {
    const known = await this.known.find(key, requestId);
    if (!known) return undefined;
    const { format, width, height, bytes, keptOriginal } = known;
    return { format, width, height, bytes, keptOriginal, made: false };
  }

  private makeOnce(key: string, work: Work): Promise<StoredResult> {
    const underWay = this.making.get(key);
    if (underWay) return underWay;
    const made = this.make(key, work).finally(() => this.making.delete(key));
    this.making.set(key, made);
    return made;
  }

  private async make(key: string, { source, image, signal }: Work) {
    const target = this.store.temporaryPath();
    try {
      const compressed = await this.compressor.compress(
        { source, target, options: image.options },
        { group: image.requestId, signal },
      );
      await this.recorder.reserve({ key, ...compressed }, image.requestId);
      const isSource = compressed.keptOriginal && typeof source === 'string';
      await this.store.put(isSource ? source : target, key, compressed.format);
      return { ...compressed, made: true };
    } catch (error) {
      await this.store.discard(target);
      throw error;
    }
  }
}

const isDamage = (error: unknown): error is AppError =>
  error instanceof AppError && DAMAGE.has(error.code);

const completed = (key: string, bytesIn: number, result: StoredResult) => ({
  status: 'completed' as const,
  artifactKey: key,
  format: result.format,
  width: result.width,
  height: result.height,
  bytesIn,
  bytesOut: result.bytes,
  keptOriginal: result.keptOriginal,
  made: result.made,
});
