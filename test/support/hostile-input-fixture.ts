import { beforeAll } from 'vitest';
import type { TestApp } from './app.js';
import { serveFile } from './origin-behaviors.js';
import type { OriginServer } from './origin-server.js';
import { photograph } from './sample-images.js';
import { type AppEnv, Scenario } from './scenario.js';

/** Runs the app and an origin with one valid image. */
export class HostileInputFixture {
  /** URL of the valid image. It must complete despite the hostile images in the same request. */
  validUrl!: string;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(env: AppEnv = {}): HostileInputFixture {
    const fixture = new HostileInputFixture(
      Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1', ...env } }),
    );
    beforeAll(() => fixture.serveValidImage());
    return fixture;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  get origin(): OriginServer {
    return this.scenario.origin;
  }

  /** Returns a catalog with one image per row. */
  buildCatalog(urls: string[]): string {
    const rows = urls.map((url, i) => `${i + 1},SKU${i + 1},"${url.replaceAll('"', '""')}"`);
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }

  /** Uploads a catalog with these image URLs. Returns the error code or the status of each image by URL. */
  async processUrls(urls: string[], timeoutMs = 60_000): Promise<Record<string, string>> {
    const id = await this.app.api.uploadAccepted(this.buildCatalog(urls));
    const { products } = await this.app.api.waitUntilFinal(id, timeoutMs);
    const images = products.flatMap((product) => product.images);
    return Object.fromEntries(
      images.map(({ input_url, error, status }) => [input_url, error?.code ?? status]),
    );
  }

  private async serveValidImage(): Promise<void> {
    this.origin.on(
      '/good.jpg',
      serveFile(await photograph(300, 200).jpeg({ quality: 95 }).toBuffer()),
    );
    this.validUrl = this.origin.url('/good.jpg');
  }
}
