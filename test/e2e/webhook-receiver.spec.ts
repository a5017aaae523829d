import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { FailedRequestFactory } from '../support/failed-request-factory.js';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';
import { findFreePort } from '../../src/platform/embedded/free-port.js';

const environmentSecret = 'whsec_ZW52aXJvbm1lbnQtc2VjcmV0LTEyMzQ1Ng==';
const requestSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

interface ReceivedWebhook {
  webhook_id: string | null;
  signature: string;
  body: unknown;
}

const scenario = Scenario.forThisFile({
  env: async () => {
    const port = await findFreePort();
    return {
      PORT: String(port),
      OUTBOUND_ALLOW: `127.0.0.1/32:${port}`,
      WEBHOOK_SECRET: environmentSecret,
    };
  },
});

const send = (body: string, headers: Record<string, string> = {}, path = '/webhook') =>
  fetch(scenario.app.url + path, { method: 'POST', body, headers });

async function listReceived(): Promise<ReceivedWebhook[]> {
  const { body } = await scenario.api.getJson<{ webhooks: ReceivedWebhook[] }>('/webhook');
  return body.webhooks;
}

function signHeaders(secret: string, body: string, signedAt = new Date()): Record<string, string> {
  const id = randomUUID();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, signedAt, body),
  };
}

describe('The built-in webhook receiver', () => {
  it.each(['/webhook', '/webhook/'])(
    'The built-in webhook receiver returns the documented response to a POST to %s',
    async (path) => {
      const response = await send('{"hello":"world"}', {}, path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: 'Webhook received' });
      expect((await listReceived())[0]).toMatchObject({
        webhook_id: null,
        signature: 'unknown',
        body: { hello: 'world' },
      });
    },
  );

  it('The built-in webhook receiver verifies a body signed with WEBHOOK_SECRET', async () => {
    const body = '{"a":"ü"}';
    await send(body, signHeaders(environmentSecret, body));
    expect((await listReceived())[0].signature).toBe('valid');
    await send(`${body} `, signHeaders(environmentSecret, body));
    expect((await listReceived())[0].signature).toBe('invalid');
    await send(body, signHeaders(requestSecret, body));
    expect((await listReceived())[0].signature).toBe('invalid');
    await send(body, signHeaders(environmentSecret, body, new Date(Date.now() - 600_000)));
    expect((await listReceived())[0].signature).toBe('invalid');
  });

  it('The built-in webhook receiver verifies a delivery with the secret of its request', async () => {
    const requests = await FailedRequestFactory.connect(scenario.database.url);
    const requestId = await requests.createFailedRequest(
      `${scenario.app.url}/webhook`,
      requestSecret,
    );
    await requests.close();
    await eventually(async () => {
      expect((await listReceived())[0]).toMatchObject({
        signature: 'valid',
        body: { request_id: requestId },
      });
      return true;
    });
  });

  it.each(['', 'not json', '[1,2', '\u0000'])(
    'The built-in webhook receiver shows a body of %j as text',
    async (body) => {
      expect((await send(body)).status).toBe(200);
      expect((await listReceived())[0].body).toBe(body);
    },
  );

  it('The built-in webhook receiver shows a body of deeply nested JSON as text', async () => {
    const deepJson = '['.repeat(30_000) + ']'.repeat(30_000);
    expect((await send(deepJson)).status).toBe(200);
    expect((await listReceived())[0].body).toBe(deepJson);
  });

  it('The built-in webhook receiver rejects a body of more than 64 KiB', async () => {
    const response = await send('x'.repeat(65 * 1024));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
  });

  it('The built-in webhook receiver keeps the last 100 calls', async () => {
    for (let i = 0; i <= 100; i += 1) await send(String(i));
    const bodies = (await listReceived()).map(({ body }) => body);
    expect(bodies).toHaveLength(100);
    expect([bodies[0], bodies[99]]).toEqual([100, 1]);
  });
});
