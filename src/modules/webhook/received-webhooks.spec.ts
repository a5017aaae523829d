import { describe, expect, it } from 'vitest';
import { type Receipt, ReceivedWebhooks } from './received-webhooks.js';

const createReceipt = (body: string): Receipt => ({
  receivedAt: new Date(0),
  webhookId: null,
  signature: 'unknown',
  headers: {},
  body,
});
const KIB = 1024;

describe('ReceivedWebhooks', () => {
  const listBodies = (receivedWebhooks: ReceivedWebhooks, owner?: string) =>
    receivedWebhooks.listReceipts(owner).map(({ body }) => body);

  it('ReceivedWebhooks keeps the receipts of one owner when another receives many', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    receivedWebhooks.addReceipt(createReceipt('mine'), 'shop');
    for (let i = 0; i < 1000; i += 1) receivedWebhooks.addReceipt(createReceipt(String(i)), 'desk');
    expect(listBodies(receivedWebhooks, 'shop')).toEqual(['mine']);
    expect(listBodies(receivedWebhooks, 'desk')).toHaveLength(100);
    expect(listBodies(receivedWebhooks, 'desk')[0]).toBe(999);
  });

  it('ReceivedWebhooks keeps at most 1 MiB of the newest receipts per owner', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i < 30; i += 1)
      receivedWebhooks.addReceipt(createReceipt(`x${i} `.padEnd(64 * KIB)), 'shop');
    const bodies = listBodies(receivedWebhooks, 'shop') as string[];
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.join('').length).toBeLessThanOrEqual(1024 * KIB);
    expect(bodies[0]).toMatch(/^x29 /);
  });

  it('ReceivedWebhooks keeps the 100 owners with the latest receipts', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i <= 100; i += 1) receivedWebhooks.addReceipt(createReceipt('a'), `owner-${i}`);
    expect(listBodies(receivedWebhooks, 'owner-0')).toEqual([]);
    expect(listBodies(receivedWebhooks, 'owner-1')).toEqual(['a']);
  });

  it('ReceivedWebhooks lists the newest 100 receipts of all owners in order of arrival', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i < 150; i += 1)
      receivedWebhooks.addReceipt(createReceipt(String(i)), `owner-${i % 2}`);
    expect(listBodies(receivedWebhooks)).toEqual(Array.from({ length: 100 }, (_, i) => 149 - i));
  });

  it('ReceivedWebhooks returns deeply nested JSON as text', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    const deeplyNestedJson = '['.repeat(32 * KIB) + ']'.repeat(32 * KIB);
    receivedWebhooks.addReceipt(createReceipt(deeplyNestedJson), 'shop');
    receivedWebhooks.addReceipt(createReceipt('{"a":[1]}'), 'shop');
    expect(listBodies(receivedWebhooks, 'shop')).toEqual([{ a: [1] }, deeplyNestedJson]);
    expect(() => JSON.stringify(receivedWebhooks.listReceipts('shop'))).not.toThrow();
  });
});
