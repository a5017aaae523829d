import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createRedis } from '../support/redis.js';
import { formWith } from '../support/shop-bench.js';

const SHOP = 'shop-key-0123456789';
const DESK = 'desk-key-0123456789';
const DESK_HASH = createHash('sha256').update(DESK).digest('hex');

/** The calls that need no key (docs/guides/access.md). A new route is not among them. */
const PUBLIC = new Set([
  'get /health/live',
  'get /health/ready',
  'get /images/{name}',
  'post /webhook',
]);

interface Description {
  paths: Record<string, Record<string, { security?: object[] }>>;
}
const described = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as Description;
const routes = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ name: `${method} ${path}`, method, path })),
);
const closed = routes.filter(({ name }) => !PUBLIC.has(name));

let database: TestDatabase;
let app: TestApp;
let id: string;

beforeAll(async () => {
  database = await createDatabase();
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: { API_KEYS: `shop:${SHOP},desk:sha256:${DESK_HASH}` },
  });
  id = await app.api
    .as(SHOP)
    .accepted('S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:1/1.jpg\n');
});
afterAll(async () => {
  await app?.stop();
  await database?.drop();
});

/** A path of the description with the shop's request in it. */
const filled = (path: string) =>
  path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f');

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('the API description', () => {
  it('asks for a key where one is needed, and nowhere else', () => {
    const open = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method} ${path}`),
    );
    expect(new Set(open)).toEqual(PUBLIC);
  });
});

describe('an app that listens on more than loopback', () => {
  it.each([
    ['logs a warning without API keys', '', 1],
    ['logs no warning with API keys', `shop:${SHOP}`, 0],
  ])('an app on a public address %s', async (_, keys, warnings) => {
    const servers = { databaseUrl: database.url, redisUrl: (await createRedis()).url };
    const exposed = await startApp({ ...servers, env: { HOST: '0.0.0.0', API_KEYS: keys } });
    try {
      const logged = exposed.logs.filter(({ msg }) => /^Everyone .* may upload, read/.test(msg));
      expect(logged.map(({ level }) => level)).toEqual(Array(warnings).fill('warn'));
      // Which port a free one will be is not known yet.
      for (const { msg } of logged) expect(msg).toMatch('can reach 0.0.0.0 may');
    } finally {
      await exposed.stop();
    }
  });
});

describe('without a key', () => {
  it.each(closed)('$name is refused', async ({ method, path }) => {
    const response = await app.api.call(filled(path), { method: method.toUpperCase() });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Pressroom"');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await codeOf(response)).toBe('api_key_missing');
  });

  it.each(['/metrics', '/queues', '/nothing-here', '/upload/', '/docs/../requests'])(
    'so is %s, whether it exists or not',
    async (path) => {
      expect((await app.api.get(path)).status).toBe(401);
    },
  );

  it.each(['/health/live', '/docs', '/docs-json', '/docs/swagger-ui-init.js'])(
    '%s is open',
    async (path) => {
      expect((await app.api.get(path)).status).toBe(200);
    },
  );

  it('Swagger UI keeps no key in the browser', async () => {
    expect(await app.api.text('/docs/swagger-ui-init.js')).toContain(
      '"persistAuthorization": false',
    );
  });

  it('an image is not found rather than refused', async () => {
    expect((await app.api.get(`/images/${'0'.repeat(64)}.jpg`)).status).toBe(404);
  });

  it('the built-in receiver accepts nothing that is not signed here', async () => {
    const response = await app.api.call('/webhook', { method: 'POST', body: '{}' });
    expect([response.status, await codeOf(response)]).toEqual([401, 'signature_invalid']);
  });
});

describe('with a wrong key', () => {
  it.each([
    ['Authorization', `Bearer ${SHOP}x`],
    ['X-API-Key', SHOP.toUpperCase()],
    // The hash is no secret to whoever reads the configuration, so it is no key.
    ['X-API-Key', `sha256:${DESK_HASH}`],
    ['X-API-Key', DESK_HASH],
    ['X-API-Key', ''],
  ])('%s: %s is refused', async (name, value) => {
    const response = await app.api.get('/requests', { [name]: value });
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('api_key_invalid');
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe("with another's key", () => {
  const withId = closed.filter(({ path }) => path.includes('{id}'));

  it('there are routes to try', () => {
    expect(withId.length).toBeGreaterThan(4);
  });

  it.each(withId)('$name does not know the request', async ({ method, path }) => {
    const response = await app.api.as(DESK).call(filled(path), { method: method.toUpperCase() });
    expect(response.status).toBe(404);
    expect(await codeOf(response)).toBe('request_not_found');
  });

  it('corrections are refused as of an unknown request, by a file and by JSON alike', async () => {
    const body = JSON.stringify({ row: 1, position: 1, url: 'https://shop.example/new.jpg' });
    const calls = [
      { body: formWith('Error Row,Image Src\n1,https://shop.example/new.jpg\n', 'errors.csv') },
      { body, headers: { 'content-type': 'application/json' } },
    ];
    for (const call of calls) {
      const path = `/requests/${id}/corrections`;
      const response = await app.api.as(DESK).call(path, { method: 'POST', ...call });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'request_not_found' });
    }
  });

  it('the list is empty, and the request is still there for its owner', async () => {
    const theirs = await app.api.as(DESK).getJson<{ requests: unknown[] }>('/requests');
    expect(theirs.body.requests).toEqual([]);
    const own = await app.api.as(SHOP).getJson<{ requests: { request_id: string }[] }>('/requests');
    expect(own.body.requests.map(({ request_id }) => request_id)).toEqual([id]);
    expect((await app.api.as(SHOP).status(id)).request_id).toBe(id);
  });
});

describe('a token in the URL', () => {
  const tokenFor = async (key: string) => {
    const response = await app.api.as(key).call(`/requests/${id}/token`, { method: 'POST' });
    return ((await response.json()) as { token: string }).token;
  };

  it('opens downloads of its request, beside other parameters', async () => {
    const token = await tokenFor(SHOP);
    const response = await app.api.get(`/download/${id}?partial=true&token=${token}&detail=true`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Image Status');
  });

  it('opens nothing else', async () => {
    const token = await tokenFor(SHOP);
    for (const path of ['/requests', `/status/${id}`, `/requests/${id}/deliveries`]) {
      expect((await app.api.get(`${path}?token=${token}`)).status).toBe(401);
    }
    const other = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
    const response = await app.api.get(`/download/${other}?token=${token}`);
    expect([response.status, await codeOf(response)]).toEqual([401, 'access_token_invalid']);
  });
});

it('keys are taken from the Authorization header as well', async () => {
  for (const scheme of ['Bearer', 'bearer']) {
    const response = await app.api.get('/requests', { Authorization: `${scheme} ${DESK}` });
    expect(response.status).toBe(200);
  }
});

it('a path that only a raw client can send leads nowhere', async () => {
  const { port } = new URL(app.url);
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ port, path }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
  for (const path of ['/images/../requests', '/docs/../requests', '//requests', '/%72equests']) {
    expect(await statusOf(path)).not.toBe(200);
  }
});

describe('security headers', () => {
  const policyOf = async (path: string) =>
    (await app.api.get(path)).headers.get('content-security-policy') ?? '';

  it.each(['/health/live', '/requests', '/nothing-here'])('%s is data only', async (path) => {
    const { headers } = await app.api.get(path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-powered-by')).toBeNull();
    // Without an https PUBLIC_URL nobody knows that this host will stay on https.
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('Swagger UI runs the scripts of this server, and none that stands in a page', async () => {
    const policy = await policyOf('/docs');
    expect(policy).toContain("script-src 'self';");
    const page = await (await app.api.get('/docs')).text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/);
    for (const [, source] of page.matchAll(/<script[^>]*src="([^"]+)"/g)) {
      expect((await app.api.get(`/docs/${source.split('/').at(-1)}`)).status).toBe(200);
    }
  });

  it('the web page keeps a policy of its own', async () => {
    const policy = await policyOf('/');
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});
