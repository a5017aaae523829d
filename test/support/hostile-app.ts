import { beforeAll } from 'vitest';
import type { TestApp } from './app.js';
import { file } from './origin-behaviors.js';
import type { OriginServer } from './origin-server.js';
import { photograph } from './sample-images.js';
import { type AppEnv, Scenario } from './scenario.js';

/** The app, a shop that it may fetch from, and a picture there that nothing is wrong with. */
export class HostileBench {
  /** URL of the good picture, which must come through beside all that is bad. */
  good!: string;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(env: AppEnv = {}): HostileBench {
    const bench = new HostileBench(
      Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1', ...env } }),
    );
    beforeAll(() => bench.serveGoodPicture());
    return bench;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  get shop(): OriginServer {
    return this.scenario.origin;
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

  private async serveGoodPicture(): Promise<void> {
    this.shop.on('/good.jpg', file(await photograph(300, 200).jpeg({ quality: 95 }).toBuffer()));
    this.good = this.shop.url('/good.jpg');
  }
}
