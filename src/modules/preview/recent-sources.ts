import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Downloader } from '../../platform/http-client/downloader.js';
import { trySchemes } from '../../platform/http-client/request/http-fallback.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';

const RETENTION_MS = 60_000;
const MAX_SOURCES = 8;

interface Source {
  path: string;
  bytes: Promise<number>;
  /** Ends the download. */
  stop: AbortController;
  isDownloaded: boolean;
  waiters: number;
  usedAt: number;
}

/**
 * Keeps recently previewed sources as temporary files for one minute. A person who moves the quality
 * slider previews the same source many times, and its origin is called once.
 */
@Injectable()
export class RecentSources implements OnApplicationShutdown {
  private readonly sources = new Map<string, Source>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly downloader: Downloader,
    private readonly store: ArtifactStore,
  ) {}

  /**
   * Keeps the file while `work` runs. Aborts a download when its last caller stops waiting.
   * @throws the reason of `signal`, AppError of the download
   */
  async use<T>(
    url: string,
    signal: AbortSignal,
    work: (path: string, bytes: number) => Promise<T>,
  ): Promise<T> {
    const source = this.sources.get(url) ?? this.fetchSource(url);
    source.waiters += 1;
    try {
      return await work(source.path, await rejectOnAbort(source.bytes, signal));
    } finally {
      source.waiters -= 1;
      if (source.waiters === 0 && !source.isDownloaded) this.abandonDownload(url, source);
      source.usedAt = Date.now();
      await this.removeOldSources();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    const paths = [...this.sources.values()].map(({ path }) => path);
    this.sources.clear();
    await this.store.discard(...paths);
  }

  private fetchSource(url: string): Source {
    const path = this.store.temporaryPath();
    const stop = new AbortController();
    const downloadSource = (named: string) =>
      this.downloader.download(named, { path, signal: stop.signal });
    const bytes = trySchemes(url, downloadSource).then((all) => {
      source.isDownloaded = true;
      return all.bytes;
    });
    const source = { path, bytes, stop, isDownloaded: false, waiters: 0, usedAt: Date.now() };
    this.sources.set(url, source);
    // Only the current waiters get the error. The next preview downloads again.
    bytes.catch(() => this.removeSource(url, source));
    return source;
  }

  private abandonDownload(url: string, source: Source): void {
    source.stop.abort();
    this.removeSource(url, source);
  }

  /** Removes the source, unless a newer download has replaced it. */
  private removeSource(url: string, source: Source): void {
    if (this.sources.get(url) === source) this.sources.delete(url);
  }

  private async removeOldSources(): Promise<void> {
    const idle = [...this.sources]
      .filter(([, { waiters }]) => waiters === 0)
      .toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    const surplus = this.sources.size - MAX_SOURCES;
    const old = idle.filter(
      ([, { usedAt }], at) => at < surplus || Date.now() - usedAt >= RETENTION_MS,
    );
    for (const [url] of old) this.sources.delete(url);
    clearTimeout(this.timer);
    if (this.sources.size > 0) {
      this.timer = setTimeout(() => void this.removeOldSources(), RETENTION_MS).unref();
    }
    await this.store.discard(...old.map(([, { path }]) => path));
  }
}

/** Stops waiting for `work` when the signal aborts. The work itself continues. */
async function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stopWaiting = () => reject(signal.reason);
    signal.addEventListener('abort', stopWaiting, { once: true });
    const cleanUp = () => signal.removeEventListener('abort', stopWaiting);
    work.finally(cleanUp).then(resolve, reject);
  });
}
