import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { ApiClient } from '../../support/api-client.js';
import type { TestApp } from '../../support/app.js';
import type { TestDatabase } from '../../support/database.js';
import { serveFile, sendStatus } from '../../support/origin-behaviors.js';
import type { OriginServer } from '../../support/origin-server.js';
import { photograph } from '../../support/sample-images.js';
import { type AppEnv, Scenario } from '../../support/scenario.js';
import { closeContexts, openBrowser } from './browser.js';

/** A browser, an app, and an origin server whose images the app may download. */
export class BrowserScenario {
  browser!: Browser;
  /** Delay of each image response. */
  imageDelayMs = 0;

  private constructor(private readonly scenario: Scenario) {}

  /** Registers the hooks. Call it once per test file, at the top level or in a `describe`, before other hooks. */
  static forThisFile(env: AppEnv = {}): BrowserScenario {
    const browserScenario = new BrowserScenario(
      Scenario.forThisFile({ origin: true, env: { IMAGE_RETRY_SECONDS: '0', ...env } }),
    );
    beforeAll(async () => {
      browserScenario.browser = await openBrowser();
      browserScenario.origin.on('/hook', sendStatus(200)).on('/gone.jpg', sendStatus(404));
    });
    afterAll(() => closeContexts(browserScenario.browser));
    return browserScenario;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  get api(): ApiClient {
    return this.scenario.api;
  }

  get database(): TestDatabase {
    return this.scenario.database;
  }

  get origin(): OriginServer {
    return this.scenario.origin;
  }

  get url(): string {
    return this.app.url;
  }

  /** Restarts the app on the same port with the same data, after `whileStopped`. */
  async restartApp(whileStopped: () => Promise<void>): Promise<void> {
    const { port } = new URL(this.url);
    await this.app.stop();
    try {
      await whileStopped();
    } finally {
      await this.scenario.restart({ PORT: port });
    }
  }

  /** Returns a CSV file with products that have one image each. The origin serves the images. */
  async createCatalog(productCount: number): Promise<string> {
    const rows = await Promise.all(
      Array.from({ length: productCount }, async (_, i) => {
        const path = `/${i + 1}.jpg`;
        const photo = await photograph(240 + i, 180)
          .jpeg({ quality: 94 })
          .toBuffer();
        const sendImage = serveFile(photo);
        this.origin.on(path, (request, response) => {
          setTimeout(() => sendImage(request, response), this.imageDelayMs);
        });
        return `${i + 1},Product ${i + 1},${this.origin.url(path)}`;
      }),
    );
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }
}
