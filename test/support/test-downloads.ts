import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Downloader, DownloadLimits } from '../../src/platform/http-client/downloader.js';
import { OriginServer } from './origin-server.js';
import { downloaderFor } from './outbound.js';

/** An origin and a folder for the downloads of each test. */
export class TestDownloads {
  origin!: OriginServer;
  folder = '';

  static forThisFile(): TestDownloads {
    const downloads = new TestDownloads();
    beforeEach(async () => {
      downloads.origin = await OriginServer.start();
      downloads.folder = await mkdtemp(join(tmpdir(), 'pressroom-download-'));
    });
    afterEach(async () => {
      await downloads.origin.close();
      await rm(downloads.folder, { recursive: true });
    });
    return downloads;
  }

  /** Path to which files are downloaded. */
  get target(): string {
    return join(this.folder, 'part');
  }

  /** Returns a downloader that may call the origin. */
  newDownloader(limits: Partial<DownloadLimits> = {}): Downloader {
    return downloaderFor({ allow: this.origin.allow, ...limits });
  }

  /** Downloads a path of the origin with a new downloader. */
  downloadPath(path: string, limits: Partial<DownloadLimits> = {}) {
    return this.newDownloader(limits).download(this.origin.url(path), { path: this.target });
  }
}
