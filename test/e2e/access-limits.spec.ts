import { describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';

const SHOP = 'shop-key-0123456789';
const DESK = 'desk-key-0123456789';
const STORE = 'store-key-0123456789';
const DEPOT = 'depot-key-0123456789';
const YARD = 'yard-key-0123456789';
const PER_MINUTE = 20;
const MAX_REQUESTS = 3;
const MAX_IMAGES = 10;

const catalog = (images: number) => {
  const rows = Array.from({ length: images }, (_, i) => `${i},SKU${i},http://127.0.0.1:1/${i}.jpg`);
  return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
};

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

const statusFor = async ({ api }: TestApp, client: string) =>
  (await api.call('/requests', { headers: { 'x-forwarded-for': client } })).status;

const scenario = Scenario.forThisFile({
  env: {
    API_KEYS: `shop:${SHOP},desk:${DESK},store:${STORE},depot:${DEPOT},yard:${YARD}`,
    RATE_LIMIT_PER_MINUTE: String(PER_MINUTE),
    OUTBOUND_ALLOW: '127.0.0.1/32:1',
    MAX_OPEN_REQUESTS: String(MAX_REQUESTS),
    MAX_OPEN_IMAGES: String(MAX_IMAGES),
    // Images whose host refuses connections stay open for the length of the tests.
    IMAGE_RETRY_SECONDS: '600',
  },
});

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('RATE_LIMIT_PER_MINUTE rejects only the key that calls too often', async () => {
    const shop = scenario.api.withKey(SHOP);
    const statuses = [];
    for (let i = 0; i < PER_MINUTE; i += 1) statuses.push((await shop.get('/requests')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));

    const refused = await shop.getJson('/requests');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await scenario.api.withKey(DESK).get('/requests')).status).toBe(200);
    expect((await scenario.api.get('/health/live')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE limits wrong keys by client address', async () => {
    const codes = [];
    for (let i = 0; i <= PER_MINUTE; i += 1) {
      codes.push((await scenario.api.withKey(`guess-${i}`).getJson('/requests')).body.code);
    }
    expect(codes.at(0)).toBe('api_key_invalid');
    expect(codes.at(-1)).toBe('rate_limited');
    expect((await scenario.api.withKey(DESK).get('/requests')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE also limits calls to the built-in receiver, which need no key', async () => {
    const send = () => scenario.api.call('/webhook', { method: 'POST', body: '{}' });
    const codes = [];
    for (let i = 0; i <= PER_MINUTE; i += 1) codes.push(await codeOf(await send()));
    expect([codes.at(0), codes.at(-1)]).toEqual(['signature_invalid', 'rate_limited']);
    expect((await send()).headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await scenario.api.withKey(DESK).get('/requests')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE ignores the client address in a header without TRUST_PROXY', async () => {
    const statuses = [];
    for (let i = 0; i <= PER_MINUTE; i += 1)
      statuses.push(await statusFor(scenario.app, `192.0.2.${i}`));
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('TRUST_PROXY', () => {
  it('TRUST_PROXY limits the clients behind a proxy separately and keeps their scheme in links', async () => {
    const behind = await startApp({
      databaseUrl: scenario.database.url,
      redisUrl: (await createRedis()).url,
      env: { TRUST_PROXY: 'loopback', RATE_LIMIT_PER_MINUTE: '2' },
    });
    try {
      const statuses = [];
      for (const client of [1, 1, 1, 2])
        statuses.push(await statusFor(behind, `192.0.2.${client}`));
      expect(statuses).toEqual([200, 200, 429, 200]);
      const { body } = await behind.api.upload(
        catalog(1),
        {},
        {
          headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.3' },
        },
      );
      expect(body.links).toMatchObject({ status: expect.stringMatching(/^https:/) });
    } finally {
      await behind.stop();
    }
  });
});

describe('MAX_OPEN_IMAGES', () => {
  it('MAX_OPEN_IMAGES rejects a catalog that alone exceeds the limit, and stores none of it', async () => {
    const { status, body, headers } = await scenario.api
      .withKey(STORE)
      .upload(catalog(MAX_IMAGES + 1));
    expect([status, body.code]).toEqual([429, 'too_many_open_images']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const { body: list } = await scenario.api.withKey(STORE).getJson('/requests');
    expect(list.requests).toEqual([]);
  });

  it('MAX_OPEN_IMAGES rejects a catalog that exceeds the limit together with open images', async () => {
    const statuses = [];
    for (const images of [6, 5, 4]) {
      statuses.push((await scenario.api.withKey(STORE).upload(catalog(images))).status);
    }
    expect(statuses).toEqual([202, 429, 202]);
  });
});

describe('A retry', () => {
  it('A retry counts against MAX_OPEN_IMAGES like an upload', async () => {
    const yard = scenario.api.withKey(YARD);
    const first = await yard.uploadAccepted(catalog(6));
    await yard.call(`/requests/${first}/cancel`, { method: 'POST' });
    const second = await yard.uploadAccepted(catalog(5));
    const refused = await yard.call(`/requests/${first}/retry`, { method: 'POST' });
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'too_many_open_images']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await yard.getStatus(first, '?limit=0')).status).toBe('cancelled');

    await yard.call(`/requests/${second}/cancel`, { method: 'POST' });
    expect((await yard.call(`/requests/${first}/retry`, { method: 'POST' })).status).toBe(202);
    await yard.uploadAccepted(catalog(1));
    await yard.uploadAccepted(catalog(1));
    const full = await yard.call(`/requests/${second}/retry`, { method: 'POST' });
    expect([full.status, await codeOf(full)]).toEqual([429, 'too_many_open_requests']);
  });
});

describe('MAX_OPEN_REQUESTS', () => {
  it('MAX_OPEN_REQUESTS limits simultaneous uploads, and does not count dry runs', async () => {
    const depot = scenario.api.withKey(DEPOT);
    const answers = await Promise.all(
      Array.from({ length: MAX_REQUESTS + 3 }, () => depot.upload(catalog(1))),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(accepted).toHaveLength(MAX_REQUESTS);
    for (const { status, body } of refused) {
      expect(status).toBe(429);
      expect(body.code).toMatch(/^too_many_(open_requests|uploads)$/);
    }
    expect((await depot.upload(catalog(1), { dry_run: 'true' })).status).toBe(200);
  });
});
