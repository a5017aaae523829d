import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { prepareCall } from './signed-call.js';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const delivery = {
  id: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  url: 'https://shop.example/hook',
  secret,
  payload: '{"type":"request.completed","data":{"products":2,"name":"Größe"}}',
};

describe('prepareCall()', () => {
  it('prepareCall() creates a signature that the standardwebhooks package verifies', () => {
    const { headers, body } = prepareCall(delivery, new Date());
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(delivery.payload));
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
  });

  it('prepareCall() keeps the ID and body across attempts, and signs the time of each attempt', () => {
    const first = prepareCall(delivery, new Date(1_700_000_000_900));
    const second = prepareCall(delivery, new Date(1_700_000_300_000));
    expect(first.headers).toMatchObject({
      'webhook-id': delivery.id,
      'webhook-timestamp': '1700000000',
    });
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it.each(['whsec_', 'whsec_!!!'])('prepareCall() rejects the secret %s', (invalidSecret) => {
    expect(() => prepareCall({ ...delivery, secret: invalidSecret }, new Date())).toThrow(
      expect.objectContaining({ code: 'webhook_secret_unusable', retry: 'never' }),
    );
  });
});
