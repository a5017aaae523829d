import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { deliveryUntil } from '../support/delivery-log.js';
import { RequestEnder } from '../support/ended-request.js';
import { eventually } from '../support/eventually.js';
import { neverAnswer, status } from '../support/origin-behaviors.js';
import { createRedis, type TestRedis } from '../support/redis.js';
import { verified, WebhookReceiver } from '../support/webhook-receiver.js';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

let database: TestDatabase;
let redis: TestRedis;
let receiver: WebhookReceiver;
let requests: RequestEnder;

beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), createRedis()]);
  receiver = await WebhookReceiver.start();
  requests = await RequestEnder.connect(database.url);
});

afterAll(async () => {
  await Promise.all([requests?.close(), receiver?.close()]);
  await database?.drop();
});

const start = (timeoutSeconds: number) =>
  startApp({
    databaseUrl: database.url,
    redisUrl: redis.url,
    env: {
      OUTBOUND_ALLOW: receiver.allow,
      WEBHOOK_TIMEOUT_SECONDS: String(timeoutSeconds),
    },
  });

describe('a delivery under way', () => {
  it('when the app is killed is sent again with the same id by the next start', async () => {
    const hook = receiver.hook().answers(neverAnswer(), status(200));
    const killed = await start(2);
    const id = await requests.endRequest(hook.url, secret);
    await eventually(() => hook.calls.length === 1, { what: 'the first call' });
    await killed.kill();

    const next = await start(2);
    const { attempts } = await deliveryUntil(next, id, 'delivered');
    expect(attempts.map(({ error }) => error?.code)).toEqual(['interrupted', undefined]);
    expect(hook.calls).toHaveLength(2);
    expect(hook.calls[1].headers['webhook-id']).toBe(hook.calls[0].headers['webhook-id']);
    expect(verified(hook.calls[1], secret)).toMatchObject({ request_id: id });
    await next.stop();
  });

  it('when the app is asked to stop is given back, and no try is counted', async () => {
    const hook = receiver.hook().answers(neverAnswer(), status(200));
    const stopping = await start(60);
    const id = await requests.endRequest(hook.url, secret);
    await eventually(() => hook.calls.length === 1, { what: 'the first call' });
    const began = Date.now();
    await stopping.stop();
    expect(Date.now() - began).toBeLessThan(15_000);

    const rows = await requests.dataSource.query<unknown[]>(
      'SELECT status, attempts, lease FROM webhook_deliveries WHERE request_id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'pending', attempts: 0, lease: null }]);
    const next = await start(60);
    const { attempts } = await deliveryUntil(next, id, 'delivered');
    expect(attempts).toHaveLength(1);
    await next.stop();
  });
});
