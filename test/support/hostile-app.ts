import { beforeAll } from 'vitest';
import type { TestApp } from './app.js';
import { file } from './origin-behaviors.js';
import type { OriginServer } from './origin-server.js';
import { photograph } from './sample-images.js';
import { type AppEnv, Scenario } from './scenario.js';

/** The app, and an origin with one valid image. */
export class HostileBench {
  /** URL of the valid image, which must succeed beside hostile ones. */
  good!: string;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(env: AppEnv = {}): HostileBench {
    const bench = new HostileBench(
      Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1', ...env } }),
    );
    beforeAll(() => bench.serveValidImage());
    return bench;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  get shop(): OriginServer {
    return this.scenario.origin;
  }

  /** Returns a catalog with one image per row. */
  catalog(urls: string[]): string {
    const rows = urls.map((url, i) => `${i + 1},SKU${i + 1},"${url.replaceAll('"', '""')}"`);
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }

  /** Uploads a catalog of the URLs. Returns the error code or the status of each image. */
  async outcomes(urls: string[], timeoutMs = 60_000): Promise<Record<string, string>> {
    const id = await this.app.api.accepted(this.catalog(urls));
    const { products } = await this.app.api.untilFinal(id, timeoutMs);
    const images = products.flatMap((product) => product.images);
    return Object.fromEntries(
      images.map(({ input_url, error, status }) => [input_url, error?.code ?? status]),
    );
  }

  private async serveValidImage(): Promise<void> {
    this.shop.on('/good.jpg', file(await photograph(300, 200).jpeg({ quality: 95 }).toBuffer()));
    this.good = this.shop.url('/good.jpg');
  }
}
