import { describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';
const DESK_KEY = 'desk-key-0123456789';
const STORE_KEY = 'store-key-0123456789';
const DEPOT_KEY = 'depot-key-0123456789';
const YARD_KEY = 'yard-key-0123456789';
const CALLS_PER_MINUTE = 20;
const MAX_OPEN_REQUESTS = 3;
const MAX_OPEN_IMAGES = 10;

const buildCatalog = (imageCount: number) => {
  const rows = Array.from(
    { length: imageCount },
    (_, i) => `${i},SKU${i},http://127.0.0.1:1/${i}.jpg`,
  );
  return ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
};

const readCode = async (response: Response) => ((await response.json()) as { code: string }).code;

const getStatusForClient = async ({ api }: TestApp, client: string) =>
  (await api.call('/requests', { headers: { 'x-forwarded-for': client } })).status;

const scenario = Scenario.forThisFile({
  env: {
    API_KEYS: `shop:${SHOP_KEY},desk:${DESK_KEY},store:${STORE_KEY},depot:${DEPOT_KEY},yard:${YARD_KEY}`,
    RATE_LIMIT_PER_MINUTE: String(CALLS_PER_MINUTE),
    OUTBOUND_ALLOW: '127.0.0.1/32:1',
    MAX_OPEN_REQUESTS: String(MAX_OPEN_REQUESTS),
    MAX_OPEN_IMAGES: String(MAX_OPEN_IMAGES),
    // Images whose host refuses connections stay unfinished until the tests end.
    IMAGE_RETRY_SECONDS: '600',
  },
});

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('RATE_LIMIT_PER_MINUTE rejects calls only from the API key that exceeds the limit', async () => {
    const shop = scenario.api.withKey(SHOP_KEY);
    const statuses = [];
    for (let i = 0; i < CALLS_PER_MINUTE; i += 1)
      statuses.push((await shop.get('/requests')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));

    const rejection = await shop.getJson('/requests');
    expect([rejection.status, rejection.body.code]).toEqual([429, 'rate_limited']);
    const seconds = Number(rejection.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await scenario.api.withKey(DESK_KEY).get('/requests')).status).toBe(200);
    expect((await scenario.api.get('/health/live')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE limits calls with invalid keys by client address', async () => {
    const codes = [];
    for (let i = 0; i <= CALLS_PER_MINUTE; i += 1) {
      codes.push((await scenario.api.withKey(`guess-${i}`).getJson('/requests')).body.code);
    }
    expect(codes.at(0)).toBe('api_key_invalid');
    expect(codes.at(-1)).toBe('rate_limited');
    expect((await scenario.api.withKey(DESK_KEY).get('/requests')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE also limits calls to the built-in webhook receiver, which need no key', async () => {
    const send = () => scenario.api.call('/webhook', { method: 'POST', body: '{}' });
    const codes = [];
    for (let i = 0; i <= CALLS_PER_MINUTE; i += 1) codes.push(await readCode(await send()));
    expect([codes.at(0), codes.at(-1)]).toEqual(['signature_invalid', 'rate_limited']);
    expect((await send()).headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await scenario.api.withKey(DESK_KEY).get('/requests')).status).toBe(200);
  });

  it('RATE_LIMIT_PER_MINUTE ignores X-Forwarded-For unless TRUST_PROXY is set', async () => {
    const statuses = [];
    for (let i = 0; i <= CALLS_PER_MINUTE; i += 1)
      statuses.push(await getStatusForClient(scenario.app, `192.0.2.${i}`));
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('TRUST_PROXY', () => {
  it('TRUST_PROXY limits each client behind a proxy separately and uses its scheme in links', async () => {
    const appBehindProxy = await startApp({
      databaseUrl: scenario.database.url,
      redisUrl: (await createRedis()).url,
      env: { TRUST_PROXY: 'loopback', RATE_LIMIT_PER_MINUTE: '2' },
    });
    try {
      const statuses = [];
      for (const client of [1, 1, 1, 2])
        statuses.push(await getStatusForClient(appBehindProxy, `192.0.2.${client}`));
      expect(statuses).toEqual([200, 200, 429, 200]);
      const { body } = await appBehindProxy.api.upload(
        buildCatalog(1),
        {},
        {
          headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.3' },
        },
      );
      expect(body.links).toMatchObject({ status: expect.stringMatching(/^https:/) });
    } finally {
      await appBehindProxy.stop();
    }
  });
});

describe('MAX_OPEN_IMAGES', () => {
  it('MAX_OPEN_IMAGES rejects a catalog that exceeds the limit on its own, and stores nothing', async () => {
    const { status, body, headers } = await scenario.api
      .withKey(STORE_KEY)
      .upload(buildCatalog(MAX_OPEN_IMAGES + 1));
    expect([status, body.code]).toEqual([429, 'too_many_open_images']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const { body: list } = await scenario.api.withKey(STORE_KEY).getJson('/requests');
    expect(list.requests).toEqual([]);
  });

  it('MAX_OPEN_IMAGES rejects a catalog that exceeds the limit together with unfinished images', async () => {
    const statuses = [];
    for (const imageCount of [6, 5, 4]) {
      statuses.push(
        (await scenario.api.withKey(STORE_KEY).upload(buildCatalog(imageCount))).status,
      );
    }
    expect(statuses).toEqual([202, 429, 202]);
  });
});

describe('A retry', () => {
  it('A retry counts against MAX_OPEN_IMAGES and MAX_OPEN_REQUESTS, as an upload does', async () => {
    const yard = scenario.api.withKey(YARD_KEY);
    const firstId = await yard.uploadAccepted(buildCatalog(6));
    await yard.call(`/requests/${firstId}/cancel`, { method: 'POST' });
    const secondId = await yard.uploadAccepted(buildCatalog(5));
    const rejection = await yard.call(`/requests/${firstId}/retry`, { method: 'POST' });
    expect([rejection.status, await readCode(rejection)]).toEqual([429, 'too_many_open_images']);
    expect(Number(rejection.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await yard.getStatus(firstId, '?limit=0')).status).toBe('cancelled');

    await yard.call(`/requests/${secondId}/cancel`, { method: 'POST' });
    expect((await yard.call(`/requests/${firstId}/retry`, { method: 'POST' })).status).toBe(202);
    await yard.uploadAccepted(buildCatalog(1));
    await yard.uploadAccepted(buildCatalog(1));
    const retryOverLimit = await yard.call(`/requests/${secondId}/retry`, { method: 'POST' });
    expect([retryOverLimit.status, await readCode(retryOverLimit)]).toEqual([
      429,
      'too_many_open_requests',
    ]);
  });
});

describe('MAX_OPEN_REQUESTS', () => {
  it('MAX_OPEN_REQUESTS limits simultaneous uploads but does not count dry runs', async () => {
    const depot = scenario.api.withKey(DEPOT_KEY);
    const uploads = await Promise.all(
      Array.from({ length: MAX_OPEN_REQUESTS + 3 }, () => depot.upload(buildCatalog(1))),
    );
    const acceptedUploads = uploads.filter(({ status }) => status === 202);
    const rejectedUploads = uploads.filter(({ status }) => status !== 202);
    expect(acceptedUploads).toHaveLength(MAX_OPEN_REQUESTS);
    for (const { status, body } of rejectedUploads) {
      expect(status).toBe(429);
      expect(body.code).toMatch(/^too_many_(open_requests|uploads)$/);
    }
    expect((await depot.upload(buildCatalog(1), { dry_run: 'true' })).status).toBe(200);
  });
});
