import type { Response } from 'express';
import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import type { CompressionOptions } from '../../platform/compression/compression-options.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { Env } from '../../platform/config/env.js';
import { Downloader } from '../../platform/http-client/downloader.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { ReadFile } from './read-product-file.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';

/** Wall clock of one estimate, the wait for its slot included. */
const TIMEOUT_MS = 5000;
const ESTIMATES_AT_ONCE = 2;
/** Sampled images that are downloaded at once. */
const DOWNLOADS_AT_ONCE = 4;
/** All estimates take their turn at the decoders as one request does. */
const GROUP = 'estimate';

export interface Estimate {
  images_sampled: number;
  dead_links: number;
  bytes_saved_percent: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  duration_seconds: number | null;
}

/** One sampled image. */
interface Measured {
  bytesIn: number;
  bytesOut: number;
  downloadMs: number;
  compressMs: number;
}

/** Predicts what the images of a file come to, by some of them. Nothing of it is stored. */
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

  /** Returns null when nothing could be sampled in time. Never rejects: the dry run is worth more. */
  async estimate(
    { sample, reader }: ReadFile,
    options: CompressionOptions,
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
      await this.sampleAll(urls, options, stop.signal, results).finally(release);
    } catch (error) {
      // Whatever was measured before counts.
      if (!stop.signal.aborted) this.logger.warn({ err: error, msg: 'The estimate failed' });
    } finally {
      clearTimeout(timer);
      response.removeListener('close', abort);
    }
    const images = reader.images - reader.faultyImages;
    return extrapolate(results, images, hostsIn(urls), this.env);
  }

  /** Downloads side by side, compresses one after the other: a decoder's speed is measured, not a queue's. */
  private async sampleAll(
    urls: readonly string[],
    options: CompressionOptions,
    signal: AbortSignal,
    results: (Measured | 'dead')[],
  ): Promise<void> {
    const waiting = [...urls];
    let compressing: Promise<unknown> = Promise.resolve();
    const work = async () => {
      for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
        if (signal.aborted) return;
        const result = await this.sampleOne(url, options, signal, (task) => {
          const run = compressing.then(task);
          compressing = run.catch(() => undefined);
          return run;
        });
        if (result !== undefined) results.push(result);
      }
    };
    await Promise.all(Array.from({ length: DOWNLOADS_AT_ONCE }, work));
  }

  /** Undefined when it says nothing about the image: the time was over, or the server is busy. */
  private async sampleOne(
    url: string,
    options: CompressionOptions,
    signal: AbortSignal,
    inTurn: <T>(task: () => Promise<T>) => Promise<T>,
  ): Promise<Measured | 'dead' | undefined> {
    const [source, target] = [this.store.temporaryPath(), this.store.temporaryPath()];
    try {
      const started = performance.now();
      const { bytes: bytesIn } = await this.downloader.download(url, { to: source, signal });
      const downloadMs = performance.now() - started;
      return await inTurn(async () => {
        const begun = performance.now();
        const task = { source, target, options };
        const { bytes: bytesOut } = await this.compressor.compress(task, { signal, group: GROUP });
        return { bytesIn, bytesOut, downloadMs, compressMs: performance.now() - begun };
      });
    } catch (error) {
      const isAboutImage =
        !signal.aborted && error instanceof AppError && error.retry !== 'uncounted';
      return isAboutImage ? 'dead' : undefined;
    } finally {
      await this.store.discard(source, target);
    }
  }
}

const hostsIn = (urls: readonly string[]): number =>
  new Set(urls.map((url) => (URL.canParse(url) ? new URL(url).host : url))).size;

/**
 * The download and the compression of different images overlap, so the slower of the two decides:
 *
 *     duration = images * max(download / downloads at once, compression / decoders)
 *
 * with the mean times of the sample. Images that share a URL are counted as if they did not.
 *
 * @param images images of the file that can be downloaded
 * @param hosts different servers in the sample
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
