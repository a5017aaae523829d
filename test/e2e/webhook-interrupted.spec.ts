import { describe, expect, it, type TestContext } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase } from '../support/database.js';
import { waitForDelivery } from '../support/delivery-log.js';
import { FailedRequestFactory } from '../support/failed-request-factory.js';
import { eventually } from '../support/eventually.js';
import { neverRespond, sendStatus } from '../support/origin-behaviors.js';
import { createRedis } from '../support/redis.js';
import { verifyPayload, WebhookReceiver } from '../support/webhook-receiver.js';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** Starts the servers of one test. The tests mostly wait, so they run concurrently. */
async function setUp({ onTestFinished }: TestContext) {
  const [database, redis] = await Promise.all([createDatabase(), createRedis()]);
  const receiver = await WebhookReceiver.start();
  const requests = await FailedRequestFactory.connect(database.url);
  const apps: TestApp[] = [];
  onTestFinished(async () => {
    await Promise.all(apps.filter((app) => !app.hasEnded).map((app) => app.kill()));
    await Promise.all([requests.close(), receiver.close()]);
    await database.drop();
  });
  const start = async (timeoutSeconds: number) => {
    const app = await startApp({
      databaseUrl: database.url,
      redisUrl: redis.url,
      env: {
        OUTBOUND_ALLOW: receiver.allow,
        WEBHOOK_TIMEOUT_SECONDS: String(timeoutSeconds),
      },
    });
    apps.push(app);
    return app;
  };
  return { receiver, requests, start };
}

describe.concurrent('A delivery in progress', { timeout: 120_000 }, () => {
  it('A delivery in progress is sent again with the same ID after the app is killed', async (context) => {
    const { receiver, requests, start } = await setUp(context);
    const hook = receiver.addEndpoint().respondWith(neverRespond(), sendStatus(200));
    // The lease of a delivery is five seconds longer than its timeout.
    const killedApp = await start(1);
    const id = await requests.createFailedRequest(hook.url, secret);
    await eventually(() => hook.calls.length === 1, { description: 'the first call to arrive' });
    await killedApp.kill();

    const nextApp = await start(1);
    const { attempts } = await waitForDelivery(nextApp, id, 'delivered');
    expect(attempts.map(({ error }) => error?.code)).toEqual(['interrupted', undefined]);
    expect(hook.calls).toHaveLength(2);
    expect(hook.calls[1].headers['webhook-id']).toBe(hook.calls[0].headers['webhook-id']);
    expect(verifyPayload(hook.calls[1], secret)).toMatchObject({ request_id: id });
    await nextApp.stop();
  });

  it('A delivery in progress is released without counting an attempt when the app stops', async (context) => {
    const { receiver, requests, start } = await setUp(context);
    const hook = receiver.addEndpoint().respondWith(neverRespond(), sendStatus(200));
    const stoppingApp = await start(60);
    const id = await requests.createFailedRequest(hook.url, secret);
    await eventually(() => hook.calls.length === 1, { description: 'the first call to arrive' });
    const stopRequestedAt = Date.now();
    await stoppingApp.stop();
    expect(Date.now() - stopRequestedAt).toBeLessThan(15_000);

    const rows = await requests.dataSource.query<unknown[]>(
      'SELECT status, attempts, lease FROM webhook_deliveries WHERE request_id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'pending', attempts: 0, lease: null }]);
    const nextApp = await start(60);
    const { attempts } = await waitForDelivery(nextApp, id, 'delivered');
    expect(attempts).toHaveLength(1);
    await nextApp.stop();
  });
});
