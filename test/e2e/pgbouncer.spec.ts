import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { hasPgBouncer, PgBouncer } from '../support/pgbouncer.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';

const IMAGE_COUNT = 300;

describe.runIf(hasPgBouncer)('Two instances behind PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  let pgBouncer: PgBouncer;
  let origin: OriginServer;
  const instances: TestApp[] = [];

  beforeAll(async () => {
    database = await createEmptyDatabase();
    pgBouncer = await PgBouncer.startFor(database.url);
    origin = await OriginServer.start();
    const image = await photograph(64, 48).jpeg().toBuffer();
    for (let n = 0; n < IMAGE_COUNT; n++) origin.on(`/${n}.jpg`, serveFile(image));
  });
  afterAll(async () => {
    await Promise.all(instances.map((app) => app.stop()));
    await origin?.close();
    await pgBouncer?.stop();
    await database?.drop();
  });

  it('Two instances behind PgBouncer in transaction mode migrate and complete 300 images without a logged error', async () => {
    const { url: redisUrl } = await createRedis();
    const options = {
      databaseUrl: pgBouncer.url,
      redisUrl,
      env: { OUTBOUND_ALLOW: origin.allow },
    };
    instances.push(...(await Promise.all([startApp(options), startApp(options)])));
    const rows = Array.from(
      { length: IMAGE_COUNT },
      (_, n) => `${n},Mug,${origin.url(`/${n}.jpg`)}`,
    );
    const csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
    const id = await instances[0].api.uploadAccepted(csv);
    const { status, progress } = await instances[1].api.waitUntilFinal(id, 60_000);
    expect({ status, completed: progress.completed }).toEqual({
      status: 'completed',
      completed: IMAGE_COUNT,
    });
    const output = await instances[1].api.getText(`/download/${id}`);
    expect(output.match(/\/images\//g)).toHaveLength(IMAGE_COUNT);
    // The app warns about OUTBOUND_ALLOW at startup, and about PgBouncer when it stops using named statements.
    const unexpectedLines = instances
      .flatMap(({ logs }) => logs)
      .filter(({ level }) => !['info', 'debug'].includes(level))
      .filter(({ msg }) => !/^(?:OUTBOUND_ALLOW|PgBouncer or another proxy) /.test(msg));
    expect(unexpectedLines).toEqual([]);
  });
});
