import { afterAll, beforeAll } from 'vitest';
import { startApp, type StartOptions, type TestApp } from './app.js';
import { createDatabase, type TestDatabase } from './database.js';
import { file } from './origin-behaviors.js';
import { OriginServer } from './origin-server.js';
import { photograph } from './pictures.js';
import { createRedis } from './redis.js';

/** The app, a shop that it may fetch from, and a picture there that nothing is wrong with. */
export class HostileBench {
  app!: TestApp;
  shop!: OriginServer;
  /** URL of the good picture, which must come through beside all that is bad. */
  good!: string;
  private database!: TestDatabase;

  /** To be called once, at the top of a test file. */
  static forThisFile(env: StartOptions['env'] = {}): HostileBench {
    const bench = new HostileBench();
    beforeAll(() => bench.open(env));
    afterAll(() => bench.close());
    return bench;
  }

  /** A catalog of one image a row. */
  catalog(urls: string[]): string {
    const rows = urls.map((url, i) => `${i + 1},SKU${i + 1},"${url.replaceAll('"', '""')}"`);
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }

  /** How each URL ended: an error's code, or the status of the image. */
  async outcomes(urls: string[], timeoutMs = 60_000): Promise<Record<string, string>> {
    const id = await this.app.api.accepted(this.catalog(urls));
    const { products } = await this.app.api.untilFinal(id, timeoutMs);
    const images = products.flatMap((product) => product.images);
    return Object.fromEntries(
      images.map(({ input_url, error, status }) => [input_url, error?.code ?? status]),
    );
  }

  private async open(env: StartOptions['env']): Promise<void> {
    this.database = await createDatabase();
    this.shop = await OriginServer.start();
    this.shop.on('/good.jpg', file(await photograph(300, 200).jpeg({ quality: 95 }).toBuffer()));
    this.good = this.shop.url('/good.jpg');
    this.app = await startApp({
      databaseUrl: this.database.url,
      redisUrl: (await createRedis()).url,
      env: { OUTBOUND_ALLOW: this.shop.allow, IMAGE_ATTEMPTS: '1', ...env },
    });
  }

  private async close(): Promise<void> {
    await this.app?.stop();
    await this.shop?.close();
    await this.database?.drop();
  }
}
