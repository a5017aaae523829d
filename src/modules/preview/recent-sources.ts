import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Downloader } from '../../platform/http-client/downloader.js';
import { trySchemes } from '../../platform/http-client/request/http-fallback.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';

const RETENTION_MS = 60_000;
const MAX_SOURCES = 8;

interface RecentSource {
  path: string;
  bytes: Promise<number>;
  /** Aborts the download. */
  abortController: AbortController;
  isDownloaded: boolean;
  userCount: number;
  lastUsedAt: number;
}

/**
 * Keeps recently previewed sources as temporary files for one minute. A user who moves the quality slider
 * previews the same source many times, but the source is downloaded only once.
 */
@Injectable()
export class RecentSources implements OnApplicationShutdown {
  private readonly sources = new Map<string, RecentSource>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly downloader: Downloader,
    private readonly store: ArtifactStore,
  ) {}

  /**
   * Downloads the source if necessary and keeps the file while `useFile` runs. Aborts the download when the
   * last caller stops waiting.
   * @throws the abort reason of `signal`, or the AppError of the download
   */
  async useSource<T>(
    url: string,
    signal: AbortSignal,
    useFile: (path: string, bytes: number) => Promise<T>,
  ): Promise<T> {
    const source = this.sources.get(url) ?? this.fetchSource(url);
    source.userCount += 1;
    try {
      return await useFile(source.path, await rejectOnAbort(source.bytes, signal));
    } finally {
      source.userCount -= 1;
      if (source.userCount === 0 && !source.isDownloaded) this.cancelDownload(url, source);
      source.lastUsedAt = Date.now();
      await this.removeOldSources();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    const paths = [...this.sources.values()].map(({ path }) => path);
    this.sources.clear();
    await this.store.discard(...paths);
  }

  private fetchSource(url: string): RecentSource {
    const path = this.store.createTemporaryPath();
    const abortController = new AbortController();
    const downloadSource = (absoluteUrl: string) =>
      this.downloader.download(absoluteUrl, { path, signal: abortController.signal });
    const bytes = trySchemes(url, downloadSource).then((download) => {
      source.isDownloaded = true;
      return download.bytes;
    });
    const source = {
      path,
      bytes,
      abortController,
      isDownloaded: false,
      userCount: 0,
      lastUsedAt: Date.now(),
    };
    this.sources.set(url, source);
    // Only the current callers receive the error. The next preview downloads the source again.
    bytes.catch(() => this.removeSource(url, source));
    return source;
  }

  private cancelDownload(url: string, source: RecentSource): void {
    source.abortController.abort();
    this.removeSource(url, source);
  }

  /** Removes the source, unless a newer download has replaced it. */
  private removeSource(url: string, source: RecentSource): void {
    if (this.sources.get(url) === source) this.sources.delete(url);
  }

  private async removeOldSources(): Promise<void> {
    const idleSources = [...this.sources]
      .filter(([, { userCount }]) => userCount === 0)
      .toSorted(([, a], [, b]) => a.lastUsedAt - b.lastUsedAt);
    const excessCount = this.sources.size - MAX_SOURCES;
    const oldSources = idleSources.filter(
      ([, { lastUsedAt }], index) => index < excessCount || Date.now() - lastUsedAt >= RETENTION_MS,
    );
    for (const [url] of oldSources) this.sources.delete(url);
    clearTimeout(this.timer);
    if (this.sources.size > 0) {
      this.timer = setTimeout(() => void this.removeOldSources(), RETENTION_MS).unref();
    }
    await this.store.discard(...oldSources.map(([, { path }]) => path));
  }
}

/** Rejects when the signal aborts. The operation itself continues. */
async function rejectOnAbort<T>(operation: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stopWaiting = () => reject(signal.reason);
    signal.addEventListener('abort', stopWaiting, { once: true });
    const cleanUp = () => signal.removeEventListener('abort', stopWaiting);
    operation.finally(cleanUp).then(resolve, reject);
  });
}
