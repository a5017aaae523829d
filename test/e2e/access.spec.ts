import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createRedis } from '../support/redis.js';
import { Scenario } from '../support/scenario.js';
import { createForm } from '../support/shop-fixture.js';

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

const scenario = Scenario.forThisFile({
  env: {
    API_KEYS: `shop:${SHOP},desk:sha256:${DESK_HASH}`,
    ADMIN_API_KEY: 'ops:operator-key-0123456789',
  },
});
let id: string;

beforeAll(async () => {
  id = await scenario.api
    .withKey(SHOP)
    .uploadAccepted('S. No.,Product Name,Input Image Urls\n1,SKU1,http://127.0.0.1:1/1.jpg\n');
});

/** A path of the description with the shop's request in it. */
const filled = (path: string) =>
  path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f');

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('The API description', () => {
  it('The API description requires a key exactly where the app does', () => {
    const open = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method} ${path}`),
    );
    expect(new Set(open)).toEqual(PUBLIC);
  });
});

describe('An app that listens on an external address', () => {
  it.each([
    ['a warning without API keys', '', 1],
    ['no warning with API keys', `shop:${SHOP}`, 0],
  ])('An app that listens on an external address logs %s', async (_, keys, warnings) => {
    const servers = { databaseUrl: scenario.database.url, redisUrl: (await createRedis()).url };
    const exposed = await startApp({ ...servers, env: { HOST: '0.0.0.0', API_KEYS: keys } });
    try {
      const logged = exposed.logs.filter(({ msg }) => /^Everyone .* may upload, read/.test(msg));
      expect(logged.map(({ level }) => level)).toEqual(Array(warnings).fill('warn'));
      // The number of the free port is not known yet.
      for (const { msg } of logged) expect(msg).toMatch('can reach 0.0.0.0 may');
    } finally {
      await exposed.stop();
    }
  });
});

describe('A call without a key', () => {
  it.each(closed)('A call without a key is rejected: $name', async ({ method, path }) => {
    const response = await scenario.api.call(filled(path), { method: method.toUpperCase() });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Pressroom"');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const isOperators = path.startsWith('/operator/');
    expect(await codeOf(response)).toBe(isOperators ? 'admin_key_missing' : 'api_key_missing');
  });

  it.each(['/metrics', '/queues', '/nothing-here', '/upload/', '/docs/../requests'])(
    'A call without a key is rejected for %s, whether the resource exists or not',
    async (path) => {
      expect((await scenario.api.get(path)).status).toBe(401);
    },
  );

  it.each(['/health/live', '/docs', '/docs-json', '/docs/swagger-ui-init.js'])(
    'A call without a key succeeds at %s',
    async (path) => {
      expect((await scenario.api.get(path)).status).toBe(200);
    },
  );

  it('A call without a key receives a Swagger UI that stores no key in the browser', async () => {
    expect(await scenario.api.getText('/docs/swagger-ui-init.js')).toContain(
      '"persistAuthorization": false',
    );
  });

  it('A call without a key gets 404 for an unknown image', async () => {
    expect((await scenario.api.get(`/images/${'0'.repeat(64)}.jpg`)).status).toBe(404);
  });

  it('A call without a key is rejected by the built-in receiver without a valid signature', async () => {
    const response = await scenario.api.call('/webhook', { method: 'POST', body: '{}' });
    expect([response.status, await codeOf(response)]).toEqual([401, 'signature_invalid']);
  });
});

describe('A call with a wrong key', () => {
  it.each([
    ['Authorization', `Bearer ${SHOP}x`],
    ['X-API-Key', SHOP.toUpperCase()],
    // Readers of the configuration know the hash, so it is not accepted as a key.
    ['X-API-Key', `sha256:${DESK_HASH}`],
    ['X-API-Key', DESK_HASH],
    ['X-API-Key', ''],
  ])('A call with a wrong key is rejected: %s: %s', async (name, value) => {
    const response = await scenario.api.get('/requests', { [name]: value });
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('api_key_invalid');
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe("A call with another owner's key", () => {
  // The functions of the operator answer 403 to every API key (operator-access.spec.ts).
  const withId = closed.filter(
    ({ path }) => path.includes('{id}') && !path.startsWith('/operator/'),
  );

  it('The API description has routes with an id', () => {
    expect(withId.length).toBeGreaterThan(4);
  });

  it.each(withId)(
    "A call with another owner's key gets 404 for the request: $name",
    async ({ method, path }) => {
      const response = await scenario.api
        .withKey(DESK)
        .call(filled(path), { method: method.toUpperCase() });
      expect(response.status).toBe(404);
      expect(await codeOf(response)).toBe('request_not_found');
    },
  );

  it("A call with another owner's key gets 404 for corrections by file and by JSON, as for an unknown request", async () => {
    const body = JSON.stringify({ row: 1, position: 1, url: 'https://shop.example/new.jpg' });
    const calls = [
      { body: createForm('Error Row,Image Src\n1,https://shop.example/new.jpg\n', 'errors.csv') },
      { body, headers: { 'content-type': 'application/json' } },
    ];
    for (const call of calls) {
      const path = `/requests/${id}/corrections`;
      const response = await scenario.api.withKey(DESK).call(path, { method: 'POST', ...call });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'request_not_found' });
    }
  });

  it("A call with another owner's key lists no request, while the owner still sees it", async () => {
    const theirs = await scenario.api.withKey(DESK).getJson<{ requests: unknown[] }>('/requests');
    expect(theirs.body.requests).toEqual([]);
    const own = await scenario.api
      .withKey(SHOP)
      .getJson<{ requests: { request_id: string }[] }>('/requests');
    expect(own.body.requests.map(({ request_id }) => request_id)).toEqual([id]);
    expect((await scenario.api.withKey(SHOP).getStatus(id)).request_id).toBe(id);
  });
});

describe('A token in the URL', () => {
  const tokenFor = async (key: string) => {
    const response = await scenario.api
      .withKey(key)
      .call(`/requests/${id}/token`, { method: 'POST' });
    return ((await response.json()) as { token: string }).token;
  };

  it('A token in the URL authorizes downloads of its request, even with other parameters', async () => {
    const token = await tokenFor(SHOP);
    const response = await scenario.api.get(
      `/download/${id}?partial=true&token=${token}&detail=true`,
    );
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Image Status');
  });

  it('A token in the URL authorizes no other path and no other request', async () => {
    const token = await tokenFor(SHOP);
    for (const path of ['/requests', `/status/${id}`, `/requests/${id}/deliveries`]) {
      expect((await scenario.api.get(`${path}?token=${token}`)).status).toBe(401);
    }
    const other = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
    const response = await scenario.api.get(`/download/${other}?token=${token}`);
    expect([response.status, await codeOf(response)]).toEqual([401, 'access_token_invalid']);
  });
});

it('An API key is accepted in the Authorization header', async () => {
  for (const scheme of ['Bearer', 'bearer']) {
    const response = await scenario.api.get('/requests', {
      Authorization: `${scheme} ${DESK}`,
    });
    expect(response.status).toBe(200);
  }
});

it('A path that only a raw client can send returns 404', async () => {
  const { port } = new URL(scenario.app.url);
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

describe('The security headers', () => {
  const policyOf = async (path: string) =>
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
      // Without an https PUBLIC_URL, the host may return to http.
      expect(headers.get('strict-transport-security')).toBeNull();
    },
  );

  it('The security headers allow Swagger UI scripts from this server, but no inline scripts', async () => {
    const policy = await policyOf('/docs');
    expect(policy).toContain("script-src 'self';");
    const page = await (await scenario.api.get('/docs')).text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/);
    for (const [, source] of page.matchAll(/<script[^>]*src="([^"]+)"/g)) {
      expect((await scenario.api.get(`/docs/${source.split('/').at(-1)}`)).status).toBe(200);
    }
  });

  it('The security headers keep the separate policy of the web page', async () => {
    const policy = await policyOf('/');
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});
