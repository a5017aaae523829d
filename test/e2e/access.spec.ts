import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';
import { createForm } from '../support/shop-fixture.js';

const SHOP_KEY = 'shop-key-0123456789';
const DESK_KEY = 'desk-key-0123456789';
const DESK_HASH = createHash('sha256').update(DESK_KEY).digest('hex');

/** Calls that need no key (docs/guides/access.md). New routes require a key by default. */
const PUBLIC_CALLS = new Set([
  'get /health/live',
  'get /health/ready',
  'get /images/{name}',
  'post /webhook',
]);

interface ApiDescription {
  paths: Record<string, Record<string, { security?: object[] }>>;
}
const apiDescription = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as ApiDescription;
const routes = Object.entries(apiDescription.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ name: `${method} ${path}`, method, path })),
);
const protectedRoutes = routes.filter(({ name }) => !PUBLIC_CALLS.has(name));

const scenario = Scenario.forThisFile({
  env: {
    API_KEYS: `shop:${SHOP_KEY},desk:sha256:${DESK_HASH}`,
    ADMIN_API_KEY: 'ops:operator-key-0123456789',
  },
});
let id: string;

beforeAll(async () => {
  id = await scenario.api
    .withKey(SHOP_KEY)
    .uploadAccepted('S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:1/1.jpg\n');
});

/** Fills the parameters of a path with the ID of the shop's request. */
const fillPath = (path: string) =>
  path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f');

const readCode = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('The API description', () => {
  it('The API description marks exactly the public calls as callable without a key', () => {
    const publicCalls = Object.entries(apiDescription.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method} ${path}`),
    );
    expect(new Set(publicCalls)).toEqual(PUBLIC_CALLS);
  });
});

describe('An app that listens on an external address', () => {
  it.each([
    ['a warning if no API keys are set', '', 1],
    ['no warning if API keys are set', `shop:${SHOP_KEY}`, 0],
  ])('An app that listens on an external address logs %s', async (_, keys, warningCount) => {
    const servers = { databaseUrl: scenario.database.url, redisUrl: (await createRedis()).url };
    const exposedApp = await startApp({ ...servers, env: { HOST: '0.0.0.0', API_KEYS: keys } });
    try {
      const logLines = exposedApp.logs.filter(({ msg }) => /^Anyone .* can upload, read/.test(msg));
      expect(logLines.map(({ level }) => level)).toEqual(Array(warningCount).fill('warn'));
      // The free port is not known yet.
      for (const { msg } of logLines) expect(msg).toMatch('can reach 0.0.0.0 can');
    } finally {
      await exposedApp.stop();
    }
  });
});

describe('A call without a key', () => {
  it.each(protectedRoutes)('A call without a key is rejected: $name', async ({ method, path }) => {
    const response = await scenario.api.call(fillPath(path), { method: method.toUpperCase() });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Pressroom"');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const isOperatorRoute = path.startsWith('/operator/');
    expect(await readCode(response)).toBe(
      isOperatorRoute ? 'admin_key_missing' : 'api_key_missing',
    );
  });

  it.each(['/metrics', '/queues', '/nothing-here', '/upload/', '/docs/../requests'])(
    'A call without a key is rejected for %s, whether the resource exists or not',
    async (path) => {
      expect((await scenario.api.get(path)).status).toBe(401);
    },
  );

  it.each(['/health/live', '/docs', '/docs-json', '/docs/swagger-ui-init.js'])(
    'A call without a key succeeds for %s',
    async (path) => {
      expect((await scenario.api.get(path)).status).toBe(200);
    },
  );

  it('A call without a key receives a Swagger UI that does not store keys in the browser', async () => {
    expect(await scenario.api.getText('/docs/swagger-ui-init.js')).toContain(
      '"persistAuthorization": false',
    );
  });

  it('A call without a key returns 404 for an unknown image', async () => {
    expect((await scenario.api.get(`/images/${'0'.repeat(64)}.jpg`)).status).toBe(404);
  });

  it('A call to the built-in webhook receiver with neither a key nor a valid signature is rejected', async () => {
    const response = await scenario.api.call('/webhook', { method: 'POST', body: '{}' });
    expect([response.status, await readCode(response)]).toEqual([401, 'signature_invalid']);
  });
});

describe('A call with a wrong key', () => {
  it.each([
    ['Authorization', `Bearer ${SHOP_KEY}x`],
    ['X-API-Key', SHOP_KEY.toUpperCase()],
    // The hash is visible in the configuration, so it is not accepted as a key.
    ['X-API-Key', `sha256:${DESK_HASH}`],
    ['X-API-Key', DESK_HASH],
    ['X-API-Key', ''],
  ])('A call with a wrong key in %s is rejected: %j', async (name, value) => {
    const response = await scenario.api.get('/requests', { [name]: value });
    expect(response.status).toBe(401);
    expect(await readCode(response)).toBe('api_key_invalid');
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe("A call with another owner's key", () => {
  // Operator endpoints return 403 for every API key (operator-access.spec.ts).
  const routesWithId = protectedRoutes.filter(
    ({ path }) => path.includes('{id}') && !path.startsWith('/operator/'),
  );

  it('The API description has routes with an ID', () => {
    expect(routesWithId.length).toBeGreaterThan(4);
  });

  it.each(routesWithId)(
    "A call with another owner's key returns 404 for the request: $name",
    async ({ method, path }) => {
      const response = await scenario.api
        .withKey(DESK_KEY)
        .call(fillPath(path), { method: method.toUpperCase() });
      expect(response.status).toBe(404);
      expect(await readCode(response)).toBe('request_not_found');
    },
  );

  it("A call with another owner's key returns 404 for corrections sent as a file or as JSON", async () => {
    const body = JSON.stringify({ row: 1, position: 1, url: 'https://shop.example/new.jpg' });
    const calls = [
      { body: createForm('Error Row,Image Src\n1,https://shop.example/new.jpg\n', 'errors.csv') },
      { body, headers: { 'content-type': 'application/json' } },
    ];
    for (const call of calls) {
      const path = `/requests/${id}/corrections`;
      const response = await scenario.api.withKey(DESK_KEY).call(path, { method: 'POST', ...call });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'request_not_found' });
    }
  });

  it("A call with another owner's key lists no requests, but the owner's call lists the request", async () => {
    const otherList = await scenario.api
      .withKey(DESK_KEY)
      .getJson<{ requests: unknown[] }>('/requests');
    expect(otherList.body.requests).toEqual([]);
    const ownList = await scenario.api
      .withKey(SHOP_KEY)
      .getJson<{ requests: { request_id: string }[] }>('/requests');
    expect(ownList.body.requests.map(({ request_id }) => request_id)).toEqual([id]);
    expect((await scenario.api.withKey(SHOP_KEY).getStatus(id)).request_id).toBe(id);
  });
});

describe('A token in the URL', () => {
  const createToken = async (key: string) => {
    const response = await scenario.api
      .withKey(key)
      .call(`/requests/${id}/token`, { method: 'POST' });
    return ((await response.json()) as { token: string }).token;
  };

  it('A token in the URL authorizes downloads of its request, even with other parameters', async () => {
    const token = await createToken(SHOP_KEY);
    const response = await scenario.api.get(
      `/download/${id}?partial=true&token=${token}&detail=true`,
    );
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Image Status');
  });

  it('A token in the URL does not authorize other paths or other requests', async () => {
    const token = await createToken(SHOP_KEY);
    for (const path of ['/requests', `/status/${id}`, `/requests/${id}/deliveries`]) {
      expect((await scenario.api.get(`${path}?token=${token}`)).status).toBe(401);
    }
    const otherId = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
    const response = await scenario.api.get(`/download/${otherId}?token=${token}`);
    expect([response.status, await readCode(response)]).toEqual([401, 'access_token_invalid']);
  });
});

it('An API key is accepted in the Authorization header', async () => {
  for (const scheme of ['Bearer', 'bearer']) {
    const response = await scenario.api.get('/requests', {
      Authorization: `${scheme} ${DESK_KEY}`,
    });
    expect(response.status).toBe(200);
  }
});

it('A path that only a raw HTTP client can send does not bypass authentication', async () => {
  const { port } = new URL(scenario.app.url);
  const getRawStatus = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ port, path }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  for (const path of ['/images/../requests', '/docs/../requests', '//requests', '/%72equests']) {
    expect(await getRawStatus(path)).not.toBe(200);
  }
});

describe('The security headers', () => {
  const getPolicy = async (path: string) =>
    (await scenario.api.get(path)).headers.get('content-security-policy') ?? '';

  it.each(['/health/live', '/requests', '/nothing-here'])(
    'The security headers forbid all content for %s',
    async (path) => {
      const { headers } = await scenario.api.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-powered-by')).toBeNull();
      // Without an https PUBLIC_URL, the host may switch back to http.
      expect(headers.get('strict-transport-security')).toBeNull();
    },
  );

  it('The security headers allow Swagger UI scripts from this server, but no inline scripts', async () => {
    const policy = await getPolicy('/docs');
    expect(policy).toContain("script-src 'self';");
    const page = await (await scenario.api.get('/docs')).text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/);
    for (const [, source] of page.matchAll(/<script[^>]*src="([^"]+)"/g)) {
      expect((await scenario.api.get(`/docs/${source.split('/').at(-1)}`)).status).toBe(200);
    }
  });

  it('The security headers of the web page allow only scripts from this server', async () => {
    const policy = await getPolicy('/');
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});
