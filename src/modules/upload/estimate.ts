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
const ESTIMATES_AT_ONCE = 2;
/** Number of sampled images that are downloaded concurrently. */
const DOWNLOADS_AT_ONCE = 4;
/** Scheduling group of the decoders. All estimates share the turn of one request. */
const GROUP = 'estimate';

export interface Estimate {
  images_sampled: number;
  dead_links: number;
  bytes_saved_percent: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  duration_seconds: number | null;
}

/** One sampled image. The times cover all outputs. */
interface Measured {
  bytesIn: number;
  /** Bytes of the first output, as in the counters of a request. */
  bytesOut: number;
  downloadMs: number;
  compressMs: number;
}

/** Predicts sizes and duration of the images of a file from a sample. Stores nothing. */
@Injectable()
export class Estimates {
  private readonly slots: FairSemaphore;
  private readonly logger = new Logger('Estimate');

  constructor(
    private readonly downloader: Downloader,
    private readonly compressor: Compressor,
    private readonly store: ArtifactStore,
    private readonly env: Env,
    semaphores: FairSemaphores,
  ) {
    this.slots = semaphores.createSemaphore(ESTIMATES_AT_ONCE);
  }

  /**
   * Returns null when no image could be sampled in time. Never rejects, because a failed estimate must
   * not fail the dry run.
   */
  async estimate(
    { sample, reader }: ParsedFile,
    outputs: readonly RequestOutput[],
    owner: string,
    response: Response,
  ): Promise<Estimate | null> {
    const { urls } = sample;
    if (urls.length === 0) return null;
    const stop = new AbortController();
    const abort = () => stop.abort(new Error('The estimate has ended.'));
    const timer = setTimeout(abort, TIMEOUT_MS);
    response.once('close', abort);
    const results: (Measured | 'dead')[] = [];
    try {
      const release = await this.slots.acquire(owner, stop.signal, abort);
      await this.sampleAll(urls, outputs, stop.signal, results).finally(release);
    } catch (error) {
      // Keeps the measurements so far.
      if (!stop.signal.aborted) this.logger.warn({ err: error, msg: 'The estimate failed' });
    } finally {
      clearTimeout(timer);
      response.removeListener('close', abort);
    }
    const images = reader.images - reader.faultyImages;
    return extrapolate(results, images, hostsIn(urls), this.env);
  }

  /**
   * Downloads concurrently and compresses sequentially. Compression times then exclude waits for other
   * compressions.
   */
  private async sampleAll(
    urls: readonly string[],
    outputs: readonly RequestOutput[],
    signal: AbortSignal,
    results: (Measured | 'dead')[],
  ): Promise<void> {
    const waiting = [...urls];
    let compressing: Promise<unknown> = Promise.resolve();
    const work = async () => {
      for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
        if (signal.aborted) return;
        const result = await this.sampleOne(url, outputs, signal, (task) => {
          const run = compressing.then(task);
          compressing = run.catch(() => undefined);
          return run;
        });
        if (result !== undefined) results.push(result);
      }
    };
    await Promise.all(Array.from({ length: DOWNLOADS_AT_ONCE }, work));
  }

  /** Returns undefined if the failure is unrelated to the image: a timeout or a busy server. */
  private async sampleOne(
    url: string,
    outputs: readonly RequestOutput[],
    signal: AbortSignal,
    inTurn: <T>(task: () => Promise<T>) => Promise<T>,
  ): Promise<Measured | 'dead' | undefined> {
    const source = this.store.createTemporaryPath();
    const tasks = outputs.map(({ options }) => ({
      target: this.store.createTemporaryPath(),
      options,
    }));
    try {
      const started = performance.now();
      const { bytes: bytesIn } = await trySchemes(url, (named) =>
        this.downloader.download(named, { to: source, signal }),
      );
      const downloadMs = performance.now() - started;
      return await inTurn(async () => {
        const begun = performance.now();
        const task = { source, outputs: tasks };
        const made = await this.compressor.compressOutputs(task, { signal, group: GROUP });
        const bytesOut = made.outputs[0].bytes;
        return { bytesIn, bytesOut, downloadMs, compressMs: performance.now() - begun };
      });
    } catch (error) {
      const isAboutImage =
        !signal.aborted && error instanceof AppError && error.retry !== 'uncounted';
      return isAboutImage ? 'dead' : undefined;
    } finally {
      await this.store.discard(source, ...tasks.map(({ target }) => target));
    }
  }
}

const hostsIn = (urls: readonly string[]): number =>
  new Set(urls.map((url) => parseUrl(withScheme(url))?.host ?? url)).size;

/**
 * Extrapolates the sample to all images. Downloads and compressions of different images overlap, so the
 * slower of the two decides:
 *
 *     duration = images * max(download / concurrent downloads, compression / decoders)
 *
 * The times are means of the sample. Images that share a URL are counted separately.
 *
 * @param images number of images of the file that can be downloaded
 * @param hosts number of different hosts in the sample
 */
export function extrapolate(
  results: readonly (Measured | 'dead')[],
  images: number,
  hosts: number,
  env: Pick<Env, 'DOWNLOAD_CONCURRENCY' | 'DOWNLOAD_CONCURRENCY_PER_HOST' | 'DECODERS'>,
): Estimate | null {
  if (results.length === 0) return null;
  const measured = results.filter((result) => result !== 'dead');
  const sampled = { images_sampled: results.length, dead_links: results.length - measured.length };
  if (measured.length === 0) {
    const nothing = { bytes_in: null, bytes_out: null, duration_seconds: null };
    return { ...sampled, bytes_saved_percent: null, ...nothing };
  }
  const mean = (key: keyof Measured) =>
    measured.reduce((sum, result) => sum + result[key], 0) / measured.length;
  const usable = (images * measured.length) / results.length;
  const [bytesIn, bytesOut] = [mean('bytesIn'), mean('bytesOut')];
  const downloads = Math.min(env.DOWNLOAD_CONCURRENCY, env.DOWNLOAD_CONCURRENCY_PER_HOST * hosts);
  const perImageMs = Math.max(mean('downloadMs') / downloads, mean('compressMs') / env.DECODERS);
  return {
    ...sampled,
    bytes_saved_percent: Math.round((1 - bytesOut / bytesIn) * 100),
    bytes_in: Math.round(bytesIn * usable),
    bytes_out: Math.round(bytesOut * usable),
    duration_seconds: Math.ceil((perImageMs * images) / 1000),
  };
}
