import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

type Role = 'api' | 'worker';
interface Readiness {
  details: Record<string, { status: string }>;
}

describe('A process with PRESSROOM_ROLE=api and one with PRESSROOM_ROLE=worker', () => {
  let database: TestDatabase;
  let origin: OriginServer;
  let receiver: WebhookReceiver;
  let dataDir: string;
  let redisUrl: string;
  const apps: TestApp[] = [];
  const start = async (role: Role): Promise<TestApp> => {
    const app = await startApp({
      databaseUrl: database.url,
      redisUrl,
      dataDir,
      env: { PRESSROOM_ROLE: role, OUTBOUND_ALLOW: `${origin.allow},${receiver.allow}` },
    });
    apps.push(app);
    return app;
  };
  let api: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    redisUrl = (await createRedis()).url;
    origin = await OriginServer.start();
    receiver = await WebhookReceiver.start();
    origin.on('/1.jpg', serveFile(await photograph(64, 48).jpeg().toBuffer()));
    dataDir = await mkdtemp(join(tmpdir(), 'pressroom-roles-'));
    api = await start('api');
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await Promise.all([origin?.close(), receiver?.close()]);
    await rm(dataDir, { recursive: true, force: true });
    await database?.drop();
  });

  const readiness = async (app: TestApp) => {
    const { status, body } = await app.api.getJson<Readiness>('/health/ready');
    return { status, parts: Object.keys(body.details) };
  };

  it('A process with PRESSROOM_ROLE=api and one with PRESSROOM_ROLE=worker share a request: one accepts it, the other completes it', async () => {
    const csv = `S. No.,Product Name,Input Image Urls\n1,Mug,${origin.url('/1.jpg')}\n`;
    const hook = receiver.addEndpoint();
    const id = await api.api.uploadAccepted(csv, { webhook_url: hook.url });
    expect(origin.countRequests('/1.jpg')).toBe(0);

    const worker = await start('worker');
    expect((await api.api.waitUntilFinal(id)).status).toBe('completed');
    await eventually(() => hook.calls.length === 1, { description: 'the webhook' });
    const { status: page } = await worker.api.get('/');
    const { status: list } = await worker.api.get('/requests');
    const { status: live } = await worker.api.get('/health/live');
    expect({ page, list, live }).toEqual({ page: 404, list: 404, live: 200 });
  });

  it('A process with PRESSROOM_ROLE=api and one with PRESSROOM_ROLE=worker report only the dependencies of their role in /health/ready', async () => {
    const [, worker] = apps;
    expect(await readiness(api)).toEqual({ status: 200, parts: ['database', 'storage'] });
    const parts = ['database', 'storage', 'redis', 'orphan_cleanup'];
    expect(await readiness(worker)).toEqual({ status: 200, parts });
  });
});
