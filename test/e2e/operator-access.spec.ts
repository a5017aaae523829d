import { beforeAll, describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

const SHOP = 'shop-key-0123456789';
const OPS = 'ops-key-0123456789';
const HTML = { Accept: 'text/html' };

const answerOf = async (response: Response) => {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code];
};

/** The cookie that a browser sends, without its attributes. */
const cookieOf = (response: Response) => response.headers.getSetCookie()[0].split(';', 1)[0];

describe('An app with API keys and an admin key', () => {
  const scenario = Scenario.forThisFile({
    env: { API_KEYS: `shop:${SHOP}`, ADMIN_API_KEY: `ops:${OPS}` },
  });
  let cookie: string;

  beforeAll(async () => {
    const response = await scenario.api.withKey(OPS).call('/operator/session', { method: 'POST' });
    cookie = cookieOf(response);
  });

  it('An app with API keys and an admin key accepts the admin key at the operator API, and returns its name', async () => {
    const { status, body } = await scenario.api.withKey(OPS).getJson('/operator/session');
    expect([status, body]).toEqual([200, { name: 'ops' }]);
  });

  it.each(['/operator/session', '/queues', '/queues/api/queues'])(
    'An app with API keys and an admin key answers 403 (admin_key_required) to an API key at %s',
    async (path) => {
      const answer = await answerOf(await scenario.api.withKey(SHOP).get(path));
      expect(answer).toEqual([403, 'admin_key_required']);
    },
  );

  it('An app with API keys and an admin key answers 401 (admin_key_missing) to a call without a key, and 401 (api_key_invalid) to a wrong one', async () => {
    expect(await answerOf(await scenario.api.get('/operator/session'))).toEqual([
      401,
      'admin_key_missing',
    ]);
    expect(await answerOf(await scenario.api.withKey(`${OPS}x`).get('/operator/session'))).toEqual([
      401,
      'api_key_invalid',
    ]);
  });

  it('An app with API keys and an admin key answers 403 (admin_key_not_accepted) to the admin key at the API of owners', async () => {
    const answer = await answerOf(await scenario.api.withKey(OPS).get('/requests'));
    expect(answer).toEqual([403, 'admin_key_not_accepted']);
  });

  it('An app with API keys and an admin key accepts a session cookie that is HttpOnly and SameSite=Strict', async () => {
    const response = await scenario.api.withKey(OPS).call('/operator/session', { method: 'POST' });
    for (const set of response.headers.getSetCookie()) {
      expect(set).toMatch(/Path=\/(operator|queues); Expires=.*; HttpOnly; SameSite=Strict$/);
      expect(set).not.toContain(OPS);
    }
    const { status } = await scenario.api.get('/operator/session', { cookie });
    expect(status).toBe(200);
  });

  it('An app with API keys and an admin key rejects a sign-in that has a session but no admin key', async () => {
    const response = await scenario.api.call('/operator/session', {
      method: 'POST',
      headers: { cookie },
    });
    expect(await answerOf(response)).toEqual([401, 'admin_key_missing']);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('An app with API keys and an admin key rejects a changed cookie', async () => {
    const changed = cookie.replace(/=(\d)/, (_, digit: string) => `=${(Number(digit) + 1) % 10}`);
    expect(changed).not.toBe(cookie);
    const response = await scenario.api.get('/operator/session', { cookie: changed });
    expect(response.status).toBe(401);
  });

  it('An app with API keys and an admin key rejects a cross-site call with the cookie', async () => {
    const response = await scenario.api.call('/operator/session', {
      method: 'DELETE',
      headers: { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    });
    expect(await answerOf(response)).toEqual([403, 'cross_site_call']);
  });

  it('An app with API keys and an admin key clears the cookie at sign-out', async () => {
    const response = await scenario.api
      .withKey(OPS)
      .call('/operator/session', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(cookieOf(response)).toBe('pressroom_admin=');
  });

  describe('with Bull Board at /queues', () => {
    it('An app with API keys and an admin key with Bull Board at /queues serves its page with a strict policy and no external resources', async () => {
      const response = await scenario.api.get('/queues', { cookie, ...HTML });
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(page).toContain('Pressroom queues');
      expect(page).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
      const policy = response.headers.get('content-security-policy');
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("default-src 'none'");
      const [script] = /static\/js\/main[^"]+/.exec(page) ?? [];
      expect((await scenario.api.get(`/queues/${script}`, { cookie })).status).toBe(200);
    });

    it('An app with API keys and an admin key with Bull Board at /queues lists both queues, which are read-only', async () => {
      const response = await scenario.api.get('/queues/api/queues', { cookie });
      const { queues } = (await response.json()) as {
        queues: { name: string; readOnlyMode: boolean }[];
      };
      expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual([
        ['images', true],
        ['webhooks', true],
      ]);
    });

    it.each(['PUT', 'POST', 'DELETE', 'PATCH'])(
      'An app with API keys and an admin key with Bull Board at /queues rejects %s',
      async (method) => {
        const response = await scenario.api
          .withKey(OPS)
          .call('/queues/api/queues/images/pause', { method });
        expect(await answerOf(response)).toEqual([405, 'method_not_allowed']);
      },
    );

    it('An app with API keys and an admin key with Bull Board at /queues redirects a browser without a session to the operator page', async () => {
      const response = await scenario.api.call('/queues', { headers: HTML, redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/operator']);
    });
  });
});

describe('An app with API keys and without an admin key', () => {
  const scenario = Scenario.forThisFile({ env: { API_KEYS: `shop:${SHOP}` } });

  it.each(['/operator/session', '/queues'])(
    'An app with API keys and without an admin key answers 404 at %s and names the setting',
    async (path) => {
      const response = await scenario.api.withKey(SHOP).get(path);
      const problem = (await response.json()) as { code: string; detail: string };
      expect([response.status, problem.code]).toEqual([404, 'admin_key_not_configured']);
      expect(problem.detail).toContain('ADMIN_API_KEY');
    },
  );

  it.each(['/operator/session', '/queues'])(
    'An app with API keys and without an admin key answers 404 at %s to a call without a key',
    async (path) => {
      const answer = await answerOf(await scenario.api.get(path));
      expect(answer).toEqual([404, 'admin_key_not_configured']);
    },
  );
});

describe('A local app without any key', () => {
  const scenario = Scenario.forThisFile();

  it('A local app without any key accepts its user as an operator', async () => {
    const { status, body } = await scenario.api.getJson('/operator/session');
    expect([status, body]).toEqual([200, { name: 'local' }]);
    expect((await scenario.api.get('/queues', HTML)).status).toBe(200);
  });

  it('A local app without any key rejects calls through a reverse proxy', async () => {
    const response = await scenario.api.get('/operator/session', { 'x-forwarded-for': '8.8.8.8' });
    expect(await answerOf(response)).toEqual([404, 'admin_key_not_configured']);
  });
});
