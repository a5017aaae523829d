import type { Response } from 'express';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { Env } from '../../platform/config/env.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { trySchemes, withScheme } from '../../platform/http-client/request/http-fallback.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { ParsedFile } from './read-product-file.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import { parseUrl } from '../../platform/url/parse-url.js';

/** Wall-clock limit of one estimate, including the wait for its slot. */
const TIMEOUT_MS = 5000;
const MAX_CONCURRENT_ESTIMATES = 2;
/** Maximum number of sampled images that are downloaded concurrently. */
const MAX_CONCURRENT_DOWNLOADS = 4;
/** Scheduling group in the decoder queue. All estimates together have the same share as one request. */
const SCHEDULING_GROUP = 'estimate';

export interface Estimate {
  images_sampled: number;
  dead_links: number;
  bytes_saved_percent: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  duration_seconds: number | null;
}

/** Measurements of one sampled image. The times include all outputs. */
interface Measurement {
  bytesIn: number;
  /** Bytes of the first output, as in the counters of a request. */
  bytesOut: number;
  downloadMs: number;
  compressMs: number;
}

/** Predicts the total size and the processing time of the images in a file from a sample. Stores nothing. */
@Injectable()
export class Estimator {
  private readonly slots: FairSemaphore;
  private readonly logger = new Logger('Estimate');

  constructor(
    private readonly downloader: Downloader,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    private readonly env: Env,
    semaphores: FairSemaphores,
  ) {
    this.slots = semaphores.createSemaphore(MAX_CONCURRENT_ESTIMATES);
  }

  /**
   * Returns null if no image could be sampled in time. The promise never rejects, because a failed estimate must
   * not fail the dry run.
   */
  async estimateFile(
    { imageSample, reader }: ParsedFile,
    outputs: readonly RequestOutput[],
    owner: string,
    response: Response,
  ): Promise<Estimate | null> {
    const { urls } = imageSample;
    if (urls.length === 0) return null;
    const abortController = new AbortController();
    const abort = () => abortController.abort(new Error('The estimate has ended.'));
    const timer = setTimeout(abort, TIMEOUT_MS);
    response.once('close', abort);
    const results: (Measurement | 'dead')[] = [];
    try {
      const release = await this.slots.acquire(owner, abortController.signal, abort);
      await this.sampleImages(urls, outputs, abortController.signal, results).finally(release);
    } catch (error) {
      // Uses the measurements collected so far.
      if (!abortController.signal.aborted)
        this.logger.warn({ err: error, msg: 'The estimate failed' });
    } finally {
      clearTimeout(timer);
      response.removeListener('close', abort);
    }
    const imageCount = reader.imageCount - reader.faultyImageCount;
    return extrapolate(results, imageCount, countHosts(urls), this.env);
  }

  /**
   * Downloads concurrently and compresses sequentially. Compression times therefore do not include waiting for
   * other compressions.
   */
  private async sampleImages(
    urls: readonly string[],
    outputs: readonly RequestOutput[],
    signal: AbortSignal,
    results: (Measurement | 'dead')[],
  ): Promise<void> {
    const remainingUrls = [...urls];
    let lastCompression: Promise<unknown> = Promise.resolve();
    const sampleRemainingImages = async () => {
      for (let url = remainingUrls.shift(); url !== undefined; url = remainingUrls.shift()) {
        if (signal.aborted) return;
        const result = await this.sampleImage(url, outputs, signal, (task) => {
          const compression = lastCompression.then(task);
          lastCompression = compression.catch(() => undefined);
          return compression;
        });
        if (result !== undefined) results.push(result);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_DOWNLOADS }, sampleRemainingImages));
  }

  /** Returns undefined if the failure is unrelated to the image: a timeout or a busy server. */
  private async sampleImage(
    url: string,
    outputs: readonly RequestOutput[],
    signal: AbortSignal,
    runSequentially: <T>(task: () => Promise<T>) => Promise<T>,
  ): Promise<Measurement | 'dead' | undefined> {
    const source = this.store.createTemporaryPath();
    const outputTasks = outputs.map(({ options }) => ({
      target: this.store.createTemporaryPath(),
      options,
    }));
    try {
      const downloadStartedAt = performance.now();
      const { bytes: bytesIn } = await trySchemes(url, (urlWithScheme) =>
        this.downloader.download(urlWithScheme, { path: source, signal }),
      );
      const downloadMs = performance.now() - downloadStartedAt;
      return await runSequentially(async () => {
        const compressionStartedAt = performance.now();
        const task = { source, outputs: outputTasks };
        const compressionResult = await this.compressor.compressOutputs(task, {
          signal,
          group: SCHEDULING_GROUP,
        });
        const bytesOut = compressionResult.outputs[0].bytes;
        return {
          bytesIn,
          bytesOut,
          downloadMs,
          compressMs: performance.now() - compressionStartedAt,
        };
      });
    } catch (error) {
      const isImageFailure =
        !signal.aborted && error instanceof AppError && error.retry !== 'uncounted';
      return isImageFailure ? 'dead' : undefined;
    } finally {
      await this.store.discard(source, ...outputTasks.map(({ target }) => target));
    }
  }
}

const countHosts = (urls: readonly string[]): number =>
  new Set(urls.map((url) => parseUrl(withScheme(url))?.host ?? url)).size;

/**
 * Extrapolates the sample to all images. Downloads and compressions of different images overlap, so the
 * slower of the two determines the duration:
 *
 *     duration = images * max(download / concurrent downloads, compression / decoders)
 *
 * The times are the means of the sample. Images that share a URL are counted separately.
 *
 * @param imageCount number of downloadable images in the file
 * @param hostCount number of distinct hosts in the sample
 */
export function extrapolate(
  results: readonly (Measurement | 'dead')[],
  imageCount: number,
  hostCount: number,
  env: Pick<Env, 'DOWNLOAD_CONCURRENCY' | 'DOWNLOAD_CONCURRENCY_PER_HOST' | 'DECODERS'>,
): Estimate | null {
  if (results.length === 0) return null;
  const measurements = results.filter((result) => result !== 'dead');
  const sampleCounts = {
    images_sampled: results.length,
    dead_links: results.length - measurements.length,
  };
  if (measurements.length === 0) {
    const unknownTotals = { bytes_in: null, bytes_out: null, duration_seconds: null };
    return { ...sampleCounts, bytes_saved_percent: null, ...unknownTotals };
  }
  const computeMean = (key: keyof Measurement) =>
    measurements.reduce((sum, measurement) => sum + measurement[key], 0) / measurements.length;
  const usableImageCount = (imageCount * measurements.length) / results.length;
  const [bytesIn, bytesOut] = [computeMean('bytesIn'), computeMean('bytesOut')];
  const maxConcurrentDownloads = Math.min(
    env.DOWNLOAD_CONCURRENCY,
    env.DOWNLOAD_CONCURRENCY_PER_HOST * hostCount,
  );
  const msPerImage = Math.max(
    computeMean('downloadMs') / maxConcurrentDownloads,
    computeMean('compressMs') / env.DECODERS,
  );
  return {
    ...sampleCounts,
    bytes_saved_percent: Math.round((1 - bytesOut / bytesIn) * 100),
    bytes_in: Math.round(bytesIn * usableImageCount),
    bytes_out: Math.round(bytesOut * usableImageCount),
    duration_seconds: Math.ceil((msPerImage * imageCount) / 1000),
  };
}
