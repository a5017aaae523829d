import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from './app.js';
import { writeCatalog } from './catalog.js';
import { startChild } from './child.js';
import type { Kind } from './corpus.js';
import { Origin } from './origin.js';
import { RawSharp } from './raw-sharp.js';
import { Servers } from './servers.js';

/** Environment of one benchmark: new servers, a new folder and an origin. `clear()` removes all of them. */
export class Stage {
  readonly cores = availableParallelism();
  private readonly ends: (() => unknown)[] = [];
  private salts = 0;

  private constructor(
    readonly small: boolean,
    readonly folder: string,
    readonly corpus: string,
    readonly servers: Servers,
    readonly origin: Origin,
  ) {}

  static async set(small: boolean): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'pressroom-bench-'));
    const corpus = (await startChild('corpus-process.ts', [])).first as string;
    const [servers, origin] = await Promise.all([
      Servers.start(join(folder, 'servers')),
      Origin.start(corpus),
    ]);
    return new Stage(small, folder, corpus, servers, origin);
  }

  async app(env: Record<string, string> = {}, options: Parameters<typeof App.start>[2] = {}) {
    const app = await App.start(
      join(this.folder, `app`),
      {
        DATABASE_URL: this.servers.databaseUrl,
        REDIS_URL: this.servers.redisUrl,
        OUTBOUND_ALLOW: this.origin.allow,
        ...env,
      },
      options,
    );
    this.ends.unshift(() => app.stop());
    return app;
  }

  async rawSharp(): Promise<RawSharp> {
    const raw = await RawSharp.start(this.corpus, this.cores);
    this.ends.unshift(() => raw.stop());
    return raw;
  }

  /** Writes a catalog whose images the app has never downloaded. @returns its path */
  catalog(kind: Kind, images: number, latencyMs = 0, perRow = 1): Promise<string> {
    const salt = `${++this.salts}`;
    const path = join(this.folder, `${salt}.csv`);
    const url = (i: number) => this.origin.url(kind, i, salt, latencyMs);
    return writeCatalog(path, Math.ceil(images / perRow), perRow, url);
  }

  async clear(): Promise<void> {
    for (const end of this.ends) await end();
    this.origin.stop();
    await this.servers.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
