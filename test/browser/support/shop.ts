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

/** A browser, an app, and a shop whose images the app may download. */
export class Shop {
  browser!: Browser;
  /** Delay of each image, in milliseconds. */
  delay = 0;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file or in a `describe`, before other hooks. */
  static forThisFile(env: AppEnv = {}): Shop {
    const shop = new Shop(
      Scenario.forThisFile({ origin: true, env: { IMAGE_RETRY_SECONDS: '0', ...env } }),
    );
    beforeAll(async () => {
      shop.browser = await openBrowser();
      shop.origin.on('/hook', sendStatus(200)).on('/gone.jpg', sendStatus(404));
    });
    afterAll(() => closeContexts(shop.browser));
    return shop;
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
  async restart(whileStopped: () => Promise<void>): Promise<void> {
    const { port } = new URL(this.url);
    await this.app.stop();
    try {
      await whileStopped();
    } finally {
      await this.scenario.restart({ PORT: port });
    }
  }

  /** Returns a CSV of products with one image each. */
  async catalog(products: number): Promise<string> {
    const rows = await Promise.all(
      Array.from({ length: products }, async (_, at) => {
        const path = `/${at + 1}.jpg`;
        const photo = await photograph(240 + at, 180)
          .jpeg({ quality: 94 })
          .toBuffer();
        const send = serveFile(photo);
        this.origin.on(path, (request, response) => {
          setTimeout(() => send(request, response), this.delay);
        });
        return `${at + 1},Product ${at + 1},${this.origin.url(path)}`;
      }),
    );
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }
}
