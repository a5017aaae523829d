import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppOptions } from './app.js';
import { writeCatalog } from './catalog.js';
import { startChild } from './child.js';
import type { Kind } from './corpus.js';
import { Origin } from './origin.js';
import { Pillow } from './pillow.js';
import { RawSharp } from './raw-sharp.js';
import { Servers } from './servers.js';

/** Provides new servers, a new folder and an origin for one benchmark. `stop()` removes all of them. */
export class BenchEnvironment {
  readonly cores = availableParallelism();
  private readonly cleanups: (() => unknown)[] = [];
  private lastSalt = 0;

  private constructor(
    readonly isSmall: boolean,
    readonly folder: string,
    readonly corpusFolder: string,
    readonly servers: Servers,
    readonly origin: Origin,
    readonly photographFolder: string | undefined,
  ) {}

  /** @param photographFolder folder of images that replace the drawn images in benchmarks that support this */
  static async start(isSmall: boolean, photographFolder?: string): Promise<BenchEnvironment> {
    const folder = mkdtempSync(join(tmpdir(), 'pressroom-bench-'));
    const corpusFolder = (await startChild('corpus-process.ts', [])).firstMessage as string;
    const [servers, origin] = await Promise.all([
      Servers.start(join(folder, 'servers')),
      Origin.start(corpusFolder),
    ]);
    return new BenchEnvironment(isSmall, folder, corpusFolder, servers, origin, photographFolder);
  }

  /** @param name folder for the log of the app and, unless `DATA_DIR` is set, for its data */
  async startApp(
    env: Record<string, string> = {},
    { name = 'app', ...options }: AppOptions & { name?: string } = {},
  ): Promise<App> {
    const app = await App.start(
      join(this.folder, name),
      {
        DATABASE_URL: this.servers.databaseUrl,
        REDIS_URL: this.servers.redisUrl,
        OUTBOUND_ALLOW: this.origin.allow,
        ...env,
      },
      options,
    );
    this.addCleanup(() => app.stop());
    return app;
  }

  async startRawSharp(): Promise<RawSharp> {
    const rawSharp = await RawSharp.start(this.corpusFolder, this.cores);
    this.addCleanup(() => rawSharp.stop());
    return rawSharp;
  }

  /** @returns undefined if Pillow is not installed */
  async startPillow(): Promise<Pillow | undefined> {
    const pillow = await Pillow.start(this.corpusFolder, this.cores);
    if (pillow) this.addCleanup(() => pillow.stop());
    return pillow;
  }

  /** Adds a function that runs at the end of the benchmark, before the functions that were added earlier. */
  addCleanup(cleanup: () => unknown): void {
    this.cleanups.unshift(cleanup);
  }

  /** Writes a catalog whose images the app has never downloaded. @returns the path of the catalog */
  writeCatalog(kind: Kind, imageCount: number, latencyMs = 0, imagesPerRow = 1): Promise<string> {
    const salt = `${++this.lastSalt}`;
    const path = join(this.folder, `${salt}.csv`);
    const url = (i: number) => this.origin.url(kind, i, salt, latencyMs);
    return writeCatalog(path, Math.ceil(imageCount / imagesPerRow), imagesPerRow, url);
  }

  async stop(): Promise<void> {
    for (const cleanUp of this.cleanups) await cleanUp();
    this.origin.stop();
    await this.servers.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
