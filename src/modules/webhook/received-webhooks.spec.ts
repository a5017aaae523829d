import { describe, expect, it } from 'vitest';
import { type ReceivedWebhook, ReceivedWebhooks } from './received-webhooks.js';

const createWebhook = (body: string): ReceivedWebhook => ({
  receivedAt: new Date(0),
  webhookId: null,
  signature: 'unknown',
  headers: {},
  body,
});
const BYTES_PER_KIB = 1024;

describe('ReceivedWebhooks', () => {
  const listBodies = (receivedWebhooks: ReceivedWebhooks, owner?: string) =>
    receivedWebhooks.listWebhooks(owner).map(({ body }) => body);

  it('ReceivedWebhooks keeps the webhooks of one owner when another owner receives many', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    receivedWebhooks.addWebhook(createWebhook('mine'), 'shop');
    for (let i = 0; i < 1000; i += 1) receivedWebhooks.addWebhook(createWebhook(String(i)), 'desk');
    expect(listBodies(receivedWebhooks, 'shop')).toEqual(['mine']);
    expect(listBodies(receivedWebhooks, 'desk')).toHaveLength(100);
    expect(listBodies(receivedWebhooks, 'desk')[0]).toBe(999);
  });

  it('ReceivedWebhooks keeps at most 1 MiB of the newest webhooks per owner', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i < 30; i += 1)
      receivedWebhooks.addWebhook(createWebhook(`x${i} `.padEnd(64 * BYTES_PER_KIB)), 'shop');
    const bodies = listBodies(receivedWebhooks, 'shop') as string[];
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.join('').length).toBeLessThanOrEqual(1024 * BYTES_PER_KIB);
    expect(bodies[0]).toMatch(/^x29 /);
  });

  it('ReceivedWebhooks keeps the 100 owners with the latest webhooks', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i <= 100; i += 1) receivedWebhooks.addWebhook(createWebhook('a'), `owner-${i}`);
    expect(listBodies(receivedWebhooks, 'owner-0')).toEqual([]);
    expect(listBodies(receivedWebhooks, 'owner-1')).toEqual(['a']);
  });

  it('ReceivedWebhooks lists the newest 100 webhooks of all owners, newest first', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    for (let i = 0; i < 150; i += 1)
      receivedWebhooks.addWebhook(createWebhook(String(i)), `owner-${i % 2}`);
    expect(listBodies(receivedWebhooks)).toEqual(Array.from({ length: 100 }, (_, i) => 149 - i));
  });

  it('ReceivedWebhooks returns deeply nested JSON as text', () => {
    const receivedWebhooks = new ReceivedWebhooks();
    const deeplyNestedJson = '['.repeat(32 * BYTES_PER_KIB) + ']'.repeat(32 * BYTES_PER_KIB);
    receivedWebhooks.addWebhook(createWebhook(deeplyNestedJson), 'shop');
    receivedWebhooks.addWebhook(createWebhook('{"a":[1]}'), 'shop');
    expect(listBodies(receivedWebhooks, 'shop')).toEqual([{ a: [1] }, deeplyNestedJson]);
    expect(() => JSON.stringify(receivedWebhooks.listWebhooks('shop'))).not.toThrow();
  });
});
