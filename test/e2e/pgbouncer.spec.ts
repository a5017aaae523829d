import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { hasPgBouncer, PgBouncer } from '../support/pgbouncer.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';

const IMAGES = 300;

describe.runIf(hasPgBouncer)(
  'Two apps behind PgBouncer in transaction mode (if it is installed)',
  () => {
    let database: TestDatabase;
    let pgBouncer: PgBouncer;
    let origin: OriginServer;
    const apps: TestApp[] = [];

    beforeAll(async () => {
      database = await createEmptyDatabase();
      pgBouncer = await PgBouncer.startBefore(database.url);
      origin = await OriginServer.start();
      const image = await photograph(64, 48).jpeg().toBuffer();
      for (let n = 0; n < IMAGES; n++) origin.on(`/${n}.jpg`, serveFile(image));
    });
    afterAll(async () => {
      await Promise.all(apps.map((app) => app.stop()));
      await origin?.close();
      await pgBouncer?.stop();
      await database?.drop();
    });

    it('Two apps behind PgBouncer in transaction mode (if it is installed) migrate and complete 300 images without a logged error', async () => {
      const { url: redisUrl } = await createRedis();
      const options = {
        databaseUrl: pgBouncer.url,
        redisUrl,
        env: { OUTBOUND_ALLOW: origin.allow },
      };
      apps.push(...(await Promise.all([startApp(options), startApp(options)])));
      const rows = Array.from({ length: IMAGES }, (_, n) => `${n},Mug,${origin.url(`/${n}.jpg`)}`);
      const csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
      const id = await apps[0].api.uploadAccepted(csv);
      const { status, progress } = await apps[1].api.waitUntilFinal(id, 60_000);
      expect({ status, completed: progress.completed }).toEqual({
        status: 'completed',
        completed: IMAGES,
      });
      const output = await apps[1].api.getText(`/download/${id}`);
      expect(output.match(/\/images\//g)).toHaveLength(IMAGES);
      // OUTBOUND_ALLOW is announced at the start, and the first mismatch turns named statements off.
      const unexpected = apps
        .flatMap(({ logs }) => logs)
        .filter(({ level }) => !['info', 'debug'].includes(level))
        .filter(({ msg }) => !/^(?:OUTBOUND_ALLOW|PgBouncer or another proxy) /.test(msg));
      expect(unexpected).toEqual([]);
    });
  },
);
