import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Downloader, DownloadLimits } from '../../src/platform/http-client/downloader.js';
import { OriginServer } from './origin-server.js';
import { createDownloader } from './outbound.js';

/** Provides an origin and a download folder for each test. */
export class DownloadFixture {
  origin!: OriginServer;
  folder = '';

  static forThisFile(): DownloadFixture {
    const fixture = new DownloadFixture();
    beforeEach(async () => {
      fixture.origin = await OriginServer.start();
      fixture.folder = await mkdtemp(join(tmpdir(), 'pressroom-download-'));
    });
    afterEach(async () => {
      await fixture.origin.close();
      await rm(fixture.folder, { recursive: true });
    });
    return fixture;
  }

  /** Path of the downloaded file. */
  get target(): string {
    return join(this.folder, 'part');
  }

  /** Returns a downloader that may call the origin. */
  createDownloader(limits: Partial<DownloadLimits> = {}): Downloader {
    return createDownloader({ allow: this.origin.allow, ...limits });
  }

  /** Downloads a path of the origin with a new downloader. */
  downloadPath(path: string, limits: Partial<DownloadLimits> = {}) {
    return this.createDownloader(limits).download(this.origin.url(path), { path: this.target });
  }
}
