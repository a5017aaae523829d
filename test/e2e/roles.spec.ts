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

describe('PRESSROOM_ROLE', () => {
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
  let apiApp: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    redisUrl = (await createRedis()).url;
    origin = await OriginServer.start();
    receiver = await WebhookReceiver.start();
    origin.on('/1.jpg', serveFile(await photograph(64, 48).jpeg().toBuffer()));
    dataDir = await mkdtemp(join(tmpdir(), 'pressroom-roles-'));
    apiApp = await start('api');
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await Promise.all([origin?.close(), receiver?.close()]);
    await rm(dataDir, { recursive: true, force: true });
    await database?.drop();
  });

  const getReadiness = async (app: TestApp) => {
    const { status, body } = await app.api.getJson<Readiness>('/health/ready');
    return { status, dependencies: Object.keys(body.details) };
  };

  it('A process with PRESSROOM_ROLE=api accepts a request, and a process with PRESSROOM_ROLE=worker completes it', async () => {
    const csv = `S. No.,Product Name,Input Image Urls\n1,Mug,${origin.url('/1.jpg')}\n`;
    const hook = receiver.addEndpoint();
    const id = await apiApp.api.uploadAccepted(csv, { webhook_url: hook.url });
    expect(origin.countRequests('/1.jpg')).toBe(0);

    const worker = await start('worker');
    expect((await apiApp.api.waitUntilFinal(id)).status).toBe('completed');
    await eventually(() => hook.calls.length === 1, { description: 'the webhook to arrive' });
    const { status: page } = await worker.api.get('/');
    const { status: list } = await worker.api.get('/requests');
    const { status: live } = await worker.api.get('/health/live');
    expect({ page, list, live }).toEqual({ page: 404, list: 404, live: 200 });
  });

  it("GET /health/ready reports only the dependencies of the process's PRESSROOM_ROLE", async () => {
    const [, worker] = apps;
    expect(await getReadiness(apiApp)).toEqual({
      status: 200,
      dependencies: ['database', 'storage'],
    });
    const dependencies = ['database', 'storage', 'redis', 'orphan_cleanup'];
    expect(await getReadiness(worker)).toEqual({ status: 200, dependencies });
  });
});
