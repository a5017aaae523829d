import { describe, expect, it } from 'vitest';
import { type Receipt, ReceivedWebhooks } from './received-webhooks.js';

const receipt = (body: string): Receipt => ({
  receivedAt: new Date(0),
  webhookId: null,
  signature: 'unknown',
  headers: {},
  body,
});
const KIB = 1024;

describe('ReceivedWebhooks', () => {
  const bodiesOf = (received: ReceivedWebhooks, owner?: string) =>
    received.listReceipts(owner).map(({ body }) => body);

  it('ReceivedWebhooks keeps the receipts of one owner when another receives many', () => {
    const received = new ReceivedWebhooks();
    received.addReceipt(receipt('mine'), 'shop');
    for (let i = 0; i < 1000; i += 1) received.addReceipt(receipt(String(i)), 'desk');
    expect(bodiesOf(received, 'shop')).toEqual(['mine']);
    expect(bodiesOf(received, 'desk')).toHaveLength(100);
    expect(bodiesOf(received, 'desk')[0]).toBe(999);
  });

  it('ReceivedWebhooks keeps at most 1 MiB of the newest receipts per owner', () => {
    const received = new ReceivedWebhooks();
    for (let i = 0; i < 30; i += 1) received.addReceipt(receipt(`x${i} `.padEnd(64 * KIB)), 'shop');
    const bodies = bodiesOf(received, 'shop') as string[];
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.join('').length).toBeLessThanOrEqual(1024 * KIB);
    expect(bodies[0]).toMatch(/^x29 /);
  });

  it('ReceivedWebhooks keeps the 100 owners with the latest receipts', () => {
    const received = new ReceivedWebhooks();
    for (let i = 0; i <= 100; i += 1) received.addReceipt(receipt('a'), `owner-${i}`);
    expect(bodiesOf(received, 'owner-0')).toEqual([]);
    expect(bodiesOf(received, 'owner-1')).toEqual(['a']);
  });

  it('ReceivedWebhooks lists the newest 100 receipts of all owners in order of arrival', () => {
    const received = new ReceivedWebhooks();
    for (let i = 0; i < 150; i += 1) received.addReceipt(receipt(String(i)), `owner-${i % 2}`);
    expect(bodiesOf(received)).toEqual(Array.from({ length: 100 }, (_, i) => 149 - i));
  });

  it('ReceivedWebhooks returns deeply nested JSON as text', () => {
    const received = new ReceivedWebhooks();
    const deep = '['.repeat(32 * KIB) + ']'.repeat(32 * KIB);
    received.addReceipt(receipt(deep), 'shop');
    received.addReceipt(receipt('{"a":[1]}'), 'shop');
    expect(bodiesOf(received, 'shop')).toEqual([{ a: [1] }, deep]);
    expect(() => JSON.stringify(received.listReceipts('shop'))).not.toThrow();
  });
});
