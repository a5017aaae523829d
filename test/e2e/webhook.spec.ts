import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForDelivery } from '../support/delivery-log.js';
import { FailedRequestFactory } from '../support/failed-request-factory.js';
import { eventually } from '../support/eventually.js';
import {
  sendEndlessBody,
  neverRespond,
  redirectTo,
  sendStatus,
} from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';
import { verifyPayload, WebhookReceiver } from '../support/webhook-receiver.js';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const scenario = Scenario.forThisFile({
  receiver: true,
  env: {
    WEBHOOK_RETRY_SCHEDULE: '0s,10ms,10ms,10ms',
    WEBHOOK_TIMEOUT_SECONDS: '1',
    WEBHOOK_SECRET: 'whsec_ZW52aXJvbm1lbnQtc2VjcmV0LTEyMzQ1Ng==',
  },
});
let canary: WebhookReceiver;
let requests: FailedRequestFactory;

beforeAll(async () => {
  canary = await WebhookReceiver.start();
  requests = await FailedRequestFactory.connect(scenario.database.url);
});
afterAll(async () => {
  await Promise.all([requests?.close(), canary?.close()]);
});

const waitForStatus = (requestId: string, expectedStatus: string) =>
  waitForDelivery(scenario.app, requestId, expectedStatus);

const post = (path: string, init: RequestInit = {}) =>
  fetch(scenario.app.url + path, { method: 'POST', ...init });

const resend = (requestId: string, deliveryId: string) =>
  post(`/requests/${requestId}/deliveries/${deliveryId}/resend`);

describe('A delivery', () => {
  it.concurrent(
    'A delivery is signed according to Standard Webhooks and reports the end of the request',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      const id = await requests.createFailedRequest(hook.url, secret);
      const delivery = await waitForStatus(id, 'delivered');
      expect(delivery.attempts).toEqual([
        expect.objectContaining({ status_code: 204, error: null, duration_ms: expect.any(Number) }),
      ]);
      expect(hook.calls).toHaveLength(1);
      expect(verifyPayload(hook.calls[0], secret)).toMatchObject({
        type: 'request.failed',
        request_id: id,
        status: 'failed',
        output_csv: `http://press.example/download/${id}`,
        data: { products: 1, images: 1, completed: 0, failed: 1 },
      });
      expect(hook.calls[0].headers).toMatchObject({
        'webhook-id': delivery.id,
        'content-type': 'application/json',
        'user-agent': expect.stringMatching(/^Pressroom\//),
      });
    },
  );

  it.concurrent(
    'A delivery is attempted a third time after two 500 responses, with the same ID and body',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      hook.respondWith(sendStatus(500), sendStatus(500), sendStatus(200));
      const id = await requests.createFailedRequest(hook.url, secret);
      const { attempts } = await waitForStatus(id, 'delivered');
      expect(attempts.map((attempt) => attempt.status_code)).toEqual([500, 500, 200]);
      expect(hook.calls).toHaveLength(3);
      expect(new Set(hook.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(new Set(hook.calls.map(({ body }) => body)).size).toBe(1);
      for (const call of hook.calls) expect(verifyPayload(call, secret).request_id).toBe(id);
    },
  );

  it.concurrent.each([
    ['does not respond', neverRespond(), null, 'answer_timed_out'],
    ['redirects', redirectTo('/elsewhere'), 302, 'http_302'],
    ['returns 400', sendStatus(400), 400, 'http_400'],
  ])(
    'A delivery is attempted again when the receiver %s',
    async (_label, behavior, statusCode, errorCode) => {
      const hook = scenario.receiver.addEndpoint();
      hook.respondWith(behavior, sendStatus(200));
      const { attempts } = await waitForStatus(
        await requests.createFailedRequest(hook.url, secret),
        'delivered',
      );
      expect(attempts).toHaveLength(2);
      expect(attempts[0]).toMatchObject({ status_code: statusCode, error: { code: errorCode } });
    },
  );

  it.concurrent('A delivery respects Retry-After', async () => {
    const hook = scenario.receiver.addEndpoint();
    hook.respondWith(sendStatus(429, { 'retry-after': '2' }), sendStatus(200));
    await waitForStatus(await requests.createFailedRequest(hook.url, secret), 'delivered');
    const [first, second] = hook.calls;
    expect(second.receivedAt - first.receivedAt).toBeGreaterThanOrEqual(1900);
  });

  it.concurrent('A delivery is not sent again after 410', async () => {
    const hook = scenario.receiver.addEndpoint();
    hook.respondWith(sendStatus(410));
    const delivery = await waitForStatus(
      await requests.createFailedRequest(hook.url, secret),
      'disabled',
    );
    expect(delivery).toMatchObject({ next_attempt_at: null, attempts: [{ status_code: 410 }] });
  });

  it.concurrent(
    'A delivery fails after the last attempt in the schedule, and can be resent',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      hook.respondWith(sendStatus(503));
      const id = await requests.createFailedRequest(hook.url, secret);
      const failedDelivery = await waitForStatus(id, 'failed');
      expect(failedDelivery.attempts).toHaveLength(4);

      hook.respondWith(sendStatus(200));
      expect((await resend(id, failedDelivery.id)).status).toBe(202);
      const resentDelivery = await waitForStatus(id, 'delivered');
      expect(resentDelivery.attempts).toHaveLength(5);
      const lastCall = hook.calls.at(-1)!;
      expect(lastCall).toMatchObject({
        body: failedDelivery.payload,
        headers: { 'webhook-id': failedDelivery.id },
      });
      expect(verifyPayload(lastCall, secret)).toMatchObject({ request_id: id });
    },
  );

  it.concurrent('A delivery never contacts a private address', async () => {
    const { attempts } = await waitForStatus(
      await requests.createFailedRequest(canary.addEndpoint().url, secret),
      'failed',
    );
    expect(attempts).toEqual([
      expect.objectContaining({
        status_code: null,
        error: { code: 'address_denied', message: expect.stringContaining('OUTBOUND_ALLOW') },
      }),
    ]);
    expect(canary.connectionCount).toBe(0);
  });

  it.concurrent("A delivery succeeds even if the receiver's response never ends", async () => {
    const hook = scenario.receiver.addEndpoint();
    hook.respondWith(sendEndlessBody());
    const { attempts } = await waitForStatus(
      await requests.createFailedRequest(hook.url, secret),
      'delivered',
    );
    expect(attempts).toHaveLength(1);
  });

  it.concurrent('A delivery is sent again with the same ID after its worker crashes', async () => {
    const hook = scenario.receiver.addEndpoint();
    hook.respondWith(sendStatus(500));
    const id = await requests.createFailedRequest(hook.url, secret);
    const { id: deliveryId } = await waitForStatus(id, 'failed');
    hook.respondWith(sendStatus(200));
    hook.calls.length = 0;
    await requests.dataSource.query(
      `UPDATE webhook_deliveries SET status = 'delivering', lease = gen_random_uuid(), attempts = 1,
              not_before = now() - interval '1 s' WHERE id = $1`,
      [deliveryId],
    );
    const { attempts } = await waitForStatus(id, 'delivered');
    expect(attempts.at(-2)).toMatchObject({ error: { code: 'interrupted' } });
    expect(hook.calls[0].headers['webhook-id']).toBe(deliveryId);
  });

  it.concurrent('A delivery survives the loss of all data in Redis', async () => {
    const hook = scenario.receiver.addEndpoint();
    hook.respondWith(sendStatus(429, { 'retry-after': '1' }), sendStatus(200));
    const id = await requests.createFailedRequest(hook.url, secret);
    await eventually(() => hook.calls.length > 0);
    await scenario.redis.flush();
    const { attempts } = await waitForStatus(id, 'delivered');
    expect(attempts).toHaveLength(2);
  });
});

describe('The delivery log', () => {
  const unknownId = '0198c1d2-0000-7000-8000-000000000000';

  it.concurrent.each([
    [
      'an unknown request',
      () => scenario.api.getJson(`/requests/${unknownId}/deliveries`),
      404,
      'request_not_found',
    ],
    ['a malformed ID', () => scenario.api.getJson('/requests/7/deliveries'), 400, 'malformed_id'],
  ])('GET /requests/:id/deliveries rejects %s', async (_label, call, expectedStatus, code) => {
    const response = await call();
    expect(response).toMatchObject({ status: expectedStatus, body: { code } });
  });

  it.concurrent(
    'POST /requests/:id/deliveries/:id/resend returns 404 for an unknown delivery, and 400 for a malformed ID',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      const id = await requests.createFailedRequest(hook.url, secret);
      const otherId = await requests.createFailedRequest(hook.url, secret);
      const otherDelivery = await waitForStatus(otherId, 'delivered');
      for (const [path, expectedStatus, code] of [
        [`/requests/${id}/deliveries/${unknownId}/resend`, 404, 'delivery_not_found'],
        [`/requests/${id}/deliveries/${otherDelivery.id}/resend`, 404, 'delivery_not_found'],
        [`/requests/${unknownId}/deliveries/${otherDelivery.id}/resend`, 404, 'request_not_found'],
        [`/requests/${id}/deliveries/7/resend`, 400, 'malformed_id'],
      ] as const) {
        const response = await post(path);
        expect(response.status).toBe(expectedStatus);
        expect(await response.json()).toMatchObject({ code });
      }
    },
  );

  it.concurrent(
    'POST /requests/:id/deliveries/:id/resend returns 429 after too many resends of a delivery',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      const id = await requests.createFailedRequest(hook.url, secret);
      const { id: deliveryId } = await waitForStatus(id, 'delivered');
      const responses: Response[] = [];
      for (let i = 0; i <= 10; i += 1) responses.push(await resend(id, deliveryId));
      expect(responses[0].status).toBe(202);
      const lastResponse = responses.at(-1)!;
      expect(lastResponse.status).toBe(429);
      expect(Number(lastResponse.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await lastResponse.json()).toMatchObject({ code: 'resend_limited' });
    },
  );

  it.concurrent(
    'POST /requests/:id/deliveries/:id/resend returns 409 for a delivery in progress',
    async () => {
      const hook = scenario.receiver.addEndpoint();
      hook.respondWith(neverRespond(), sendStatus(200));
      const id = await requests.createFailedRequest(hook.url, secret);
      const { id: deliveryId } = await waitForStatus(id, 'delivering');
      const response = await resend(id, deliveryId);
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({ code: 'delivery_under_way' });
      await waitForStatus(id, 'delivered');
    },
  );

  it.concurrent('GET /requests/:id/deliveries returns no webhook secret', async () => {
    const hook = scenario.receiver.addEndpoint();
    const id = await requests.createFailedRequest(hook.url, secret);
    await waitForStatus(id, 'delivered');
    expect(await scenario.api.getText(`/requests/${id}/deliveries`)).not.toContain('whsec_');
  });
});
