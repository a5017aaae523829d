import { Injectable } from '@nestjs/common';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import type { DownloadedSource } from '../../platform/database/statements/save-sources.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';
import { Downloader, type Validators } from '../../platform/http-client/downloader.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { StageTimer } from '../../platform/telemetry/stage-timer.js';
import { SchemeFallback } from './scheme-fallback.js';
import { toCachedSource } from './cache-validators.js';
import { PrefetchBudget } from './prefetch-budget.js';
import { IMAGE_ERRORS } from '../../platform/compression/error-table.js';
import type { ErrorDefinition } from '../../platform/errors/error-definition.js';

/** Memory budget for downloaded sources: several images of the maximum size, or hundreds of average images. */
const MAX_PREFETCH_BYTES = 256 * 1024 * 1024;

/** Decoder errors that a truncated download may cause. */
const DAMAGED_FILE_ERRORS = new Set<ErrorDefinition>([
  IMAGE_ERRORS.image_truncated,
  IMAGE_ERRORS.image_corrupt,
  IMAGE_ERRORS.empty_file,
]);

/** A downloaded source. */
export interface FetchedSource {
  /** Path or content of the file. */
  content: string | Buffer[];
  bytes: number;
  sha256: string;
  /** Validators for the next download, if the origin sent usable ones. */
  downloadedSource?: DownloadedSource;
}

/** Pipeline step `fetch`: downloads sources. */
@Injectable()
export class SourceFetcher {
  private readonly budget = new PrefetchBudget(MAX_PREFETCH_BYTES);

  constructor(
    private readonly downloader: Downloader,
    private readonly store: ArtifactStore,
    private readonly schemeFallback: SchemeFallback,
  ) {}

  /** Waits while the downloaded sources exceed the memory budget. */
  waitForBudget(): Promise<void> {
    return this.budget.waitForBudget();
  }

  /**
   * Downloads the source of an image and passes it to `use`. Deletes the file afterward.
   * @param validators validators of an earlier download, for a conditional request
   * @returns undefined if the source has not changed since that download
   * @throws AppError whose retry policy applies to the image; the reason of `signal` when aborted
   */
  async useSource<T>(
    image: ClaimedImage,
    validators: Validators | undefined,
    { signal, stages }: { signal: AbortSignal; stages: StageTimer },
    use: (source: FetchedSource) => Promise<T>,
  ): Promise<T | undefined> {
    const file = this.store.createTemporaryPath();
    const firstDownload = await stages.measureDownload((onStart) =>
      this.schemeFallback.withHttpFallback(image, (url) =>
        this.downloader.downloadUnlessUnchanged(url, validators, {
          path: file,
          keepSmall: true,
          signal,
          onStart,
        }),
      ),
    );
    if (!firstDownload) return undefined;
    try {
      return await this.useDownload(image, file, firstDownload, use);
    } catch (error) {
      if (!isDamagedFileError(error)) throw error;
      const secondDownload = await stages.measureStage('download', () =>
        this.repeatDownload(image, file, signal, error),
      );
      if (secondDownload.sha256 !== firstDownload.sha256)
        return this.useDownload(image, file, secondDownload, use);
      if (!secondDownload.body) await this.store.discard(file);
      throw error;
    }
  }

  private async useDownload<T>(
    image: ClaimedImage,
    file: string,
    downloadedFile: DownloadedFile,
    use: (source: FetchedSource) => Promise<T>,
  ): Promise<T> {
    const { bytes, sha256, body } = downloadedFile;
    const release = this.budget.addBytes(bytes);
    try {
      const cachedSource = toCachedSource(image.inputUrl, downloadedFile);
      return await use({ content: body ?? file, bytes, sha256, downloadedSource: cachedSource });
    } finally {
      release();
      if (!body) await this.store.discard(file);
    }
  }

  /** Downloads a damaged file again. A file that was truncated by a proxy or cache is often complete the second time. */
  private async repeatDownload(
    image: ClaimedImage,
    file: string,
    signal: AbortSignal,
    damageError: AppError,
  ): Promise<DownloadedFile> {
    try {
      return await this.schemeFallback.withHttpFallback(image, (url) =>
        this.downloader.download(url, { path: file, keepSmall: true, isRetry: true, signal }),
      );
    } catch (error) {
      signal.throwIfAborted();
      // A temporary failure is retried later. A permanent failure is replaced by the error of the damaged file.
      throw error instanceof AppError && error.retry === 'never' ? damageError : error;
    }
  }
}

const isDamagedFileError = (error: unknown): error is AppError =>
  error instanceof AppError && DAMAGED_FILE_ERRORS.has(error.definition);
