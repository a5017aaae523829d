import { type StartOptions, startApp, type TestApp } from '../../support/app.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { file, status } from '../../support/origin-behaviors.js';
import { OriginServer } from '../../support/origin-server.js';
import { photograph } from '../../support/pictures.js';
import { createRedis } from '../../support/redis.js';

/** An app, and a shop whose pictures it may fetch; each answers as slowly as it is told. */
export class Shop {
  app!: TestApp;
  /** Milliseconds before each picture. */
  delay = 0;
  private options!: StartOptions;

  private constructor(
    readonly database: TestDatabase,
    readonly origin: OriginServer,
  ) {}

  static async open(env: StartOptions['env'] = {}): Promise<Shop> {
    const shop = new Shop(await createDatabase(), await OriginServer.start());
    const OUTBOUND_ALLOW = shop.origin.allow;
    shop.options = {
      databaseUrl: shop.database.url,
      redisUrl: (await createRedis()).url,
      env: { OUTBOUND_ALLOW, IMAGE_RETRY_SECONDS: '0', ...env },
    };
    shop.app = await startApp(shop.options);
    shop.origin.on('/hook', status(200)).on('/gone.jpg', status(404));
    return shop;
  }

  get url(): string {
    return this.app.url;
  }

  /** On the same port, with the same data. */
  async restart(whileAway: () => Promise<void>): Promise<void> {
    const { port } = new URL(this.url);
    await this.app.stop();
    try {
      await whileAway();
    } finally {
      this.app = await startApp({ ...this.options, env: { ...this.options.env, PORT: port } });
    }
  }

  /** A CSV of products with one picture each. */
  async catalog(products: number): Promise<string> {
    const rows = await Promise.all(
      Array.from({ length: products }, async (_, at) => {
        const path = `/${at + 1}.jpg`;
        const picture = await photograph(240 + at, 180)
          .jpeg({ quality: 94 })
          .toBuffer();
        const send = file(picture);
        this.origin.on(path, (request, response) => {
          setTimeout(() => send(request, response), this.delay);
        });
        return `${at + 1},Product ${at + 1},${this.origin.url(path)}`;
      }),
    );
    return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  }

  async close(): Promise<void> {
    await this.app.stop();
    await this.origin.close();
    await this.database.drop();
  }
}
