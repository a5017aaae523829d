import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { RoundRobinProxy } from '../support/round-robin-proxy.js';

const APP_COUNT = 3;
const MIN_CALL_COUNT = 500;
const CALLER_COUNT = 12;
/** Pause of each caller between two calls. It leaves CPU time for starting instances. */
const CALL_PAUSE_MS = 100;
/** A busy load balancer must notice within this time that an app is not ready. */
const SHUTDOWN_DELAY_SECONDS = '3';

describe('A rolling restart of three instances behind a proxy without retries', () => {
  let database: TestDatabase;
  let redisUrl: string;
  let dataDir: string;
  let origin: OriginServer;
  let proxy: RoundRobinProxy;
  let api: ApiClient;
  const apps: TestApp[] = [];

  const start = async () => {
    const app = await startApp({
      databaseUrl: database.url,
      redisUrl,
      dataDir,
      env: {
        SHUTDOWN_DELAY_SECONDS,
        PUBLIC_URL: proxy.url,
        OUTBOUND_ALLOW: origin.allow,
        DATABASE_CONNECTIONS: '8',
        RATE_LIMIT_PER_MINUTE: '0',
        DECODERS: '1',
      },
    });
    apps.push(app);
    proxy.addApp(app.url);
    await eventually(() => proxy.isReady(app.url), {
      timeoutMs: 30_000,
      description: 'the app to be ready',
    });
  };

  beforeAll(async () => {
    database = await createDatabase();
    redisUrl = (await createRedis()).url;
    dataDir = await mkdtemp(join(tmpdir(), 'pressroom-rolling-'));
    origin = await OriginServer.start();
    origin.on('/1.jpg', serveFile(await photograph(160, 120).jpeg().toBuffer()));
    proxy = await RoundRobinProxy.start();
    api = new ApiClient(proxy.url);
    await Promise.all(Array.from({ length: APP_COUNT }, start));
  });
  afterAll(async () => {
    await Promise.all(apps.filter((app) => !app.hasEnded).map((app) => app.kill()));
    await proxy?.close();
    await origin?.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it(
    'A rolling restart of three instances behind a proxy without retries causes no failed status, image or upload call',
    { timeout: 180_000 },
    async () => {
      const csv = `S. No.,Product Name,Input Image Urls\n1,SKU1,${origin.url('/1.jpg')}\n`;
      const id = await api.uploadAccepted(csv);
      const { products } = await api.waitUntilFinal(id);
      const imageUrl = new URL(products[0].images[0].output_url!);
      const readStatus = async () => (await api.getJson(`/status/${id}`)).status === 200;
      const readImage = async () => {
        const response = await api.get(imageUrl.pathname + imageUrl.search);
        return (await response.arrayBuffer()).byteLength > 0 && response.status === 200;
      };
      const upload = async () => (await api.upload(csv)).status === 202;
      // An upload takes ten times the CPU time of the other calls.
      const calls = [readStatus, readImage, readStatus, readImage, readStatus, readImage, upload];

      let callCount = 0;
      const abortController = new AbortController();
      const failures: string[] = [];
      const runCaller = async () => {
        while (!abortController.signal.aborted || callCount < MIN_CALL_COUNT) {
          const n = callCount++;
          const result = await calls[n % calls.length]().catch((error: unknown) => String(error));
          if (result !== true) failures.push(`call ${n}: ${result}`);
          await sleep(CALL_PAUSE_MS);
        }
      };
      const callers = Array.from({ length: CALLER_COUNT }, runCaller);

      // The next replacement starts while the previous app still serves calls.
      const exits: Promise<number | null>[] = [];
      for (const app of apps.slice(0, APP_COUNT)) {
        await start();
        app.sendSignal('SIGTERM');
        const exit = app.waitForExitCode();
        exits.push(exit.finally(() => proxy.removeApp(app.url)));
      }
      const exitCodes = await Promise.all(exits);
      abortController.abort();
      await Promise.all(callers);

      expect(exitCodes).toEqual([0, 0, 0]);
      expect([failures, proxy.failures]).toEqual([[], []]);
    },
  );
});
