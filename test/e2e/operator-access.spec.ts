import { beforeAll, describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';
const ADMIN_KEY = 'ops-key-0123456789';
const ACCEPT_HTML = { Accept: 'text/html' };

const readStatusAndCode = async (response: Response) => {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code];
};

/** Returns the session cookie as a browser sends it, without attributes. */
const readCookie = (response: Response) => response.headers.getSetCookie()[0].split(';', 1)[0];

describe('An app with API keys and an admin key', () => {
  const scenario = Scenario.forThisFile({
    env: { API_KEYS: `shop:${SHOP_KEY}`, ADMIN_API_KEY: `ops:${ADMIN_KEY}` },
  });
  let cookie: string;

  beforeAll(async () => {
    const response = await scenario.api
      .withKey(ADMIN_KEY)
      .call('/operator/session', { method: 'POST' });
    cookie = readCookie(response);
  });

  it('An app with API keys and an admin key accepts the admin key for the operator API and returns its name', async () => {
    const { status, body } = await scenario.api.withKey(ADMIN_KEY).getJson('/operator/session');
    expect([status, body]).toEqual([200, { name: 'ops' }]);
  });

  it.each(['/operator/session', '/queues', '/queues/api/queues'])(
    'An app with API keys and an admin key returns 403 (admin_key_required) for an API key at %s',
    async (path) => {
      const result = await readStatusAndCode(await scenario.api.withKey(SHOP_KEY).get(path));
      expect(result).toEqual([403, 'admin_key_required']);
    },
  );

  it('An app with API keys and an admin key returns 401 (admin_key_missing) for a call without a key, and 401 (api_key_invalid) for a wrong key', async () => {
    expect(await readStatusAndCode(await scenario.api.get('/operator/session'))).toEqual([
      401,
      'admin_key_missing',
    ]);
    expect(
      await readStatusAndCode(await scenario.api.withKey(`${ADMIN_KEY}x`).get('/operator/session')),
    ).toEqual([401, 'api_key_invalid']);
  });

  it('An app with API keys and an admin key returns 403 (admin_key_not_accepted) for the admin key at owner endpoints', async () => {
    const result = await readStatusAndCode(await scenario.api.withKey(ADMIN_KEY).get('/requests'));
    expect(result).toEqual([403, 'admin_key_not_accepted']);
  });

  it('An app with API keys and an admin key accepts a session cookie that is HttpOnly and SameSite=Strict', async () => {
    const response = await scenario.api
      .withKey(ADMIN_KEY)
      .call('/operator/session', { method: 'POST' });
    for (const setCookie of response.headers.getSetCookie()) {
      expect(setCookie).toMatch(/Path=\/(operator|queues); Expires=.*; HttpOnly; SameSite=Strict$/);
      expect(setCookie).not.toContain(ADMIN_KEY);
    }
    const { status } = await scenario.api.get('/operator/session', { cookie });
    expect(status).toBe(200);
  });

  it('An app with API keys and an admin key rejects a sign-in with a session cookie but no admin key', async () => {
    const response = await scenario.api.call('/operator/session', {
      method: 'POST',
      headers: { cookie },
    });
    expect(await readStatusAndCode(response)).toEqual([401, 'admin_key_missing']);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('An app with API keys and an admin key rejects a tampered session cookie', async () => {
    const tamperedCookie = cookie.replace(
      /=(\d)/,
      (_, digit: string) => `=${(Number(digit) + 1) % 10}`,
    );
    expect(tamperedCookie).not.toBe(cookie);
    const response = await scenario.api.get('/operator/session', { cookie: tamperedCookie });
    expect(response.status).toBe(401);
  });

  it('An app with API keys and an admin key rejects a cross-site call with a session cookie', async () => {
    const response = await scenario.api.call('/operator/session', {
      method: 'DELETE',
      headers: { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    });
    expect(await readStatusAndCode(response)).toEqual([403, 'cross_site_call']);
  });

  it('An app with API keys and an admin key clears the session cookie at sign-out', async () => {
    const response = await scenario.api
      .withKey(ADMIN_KEY)
      .call('/operator/session', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(readCookie(response)).toBe('pressroom_admin=');
  });

  describe('Bull Board at /queues', () => {
    it('Bull Board at /queues serves its page with a strict Content Security Policy and no external resources', async () => {
      const response = await scenario.api.get('/queues', { cookie, ...ACCEPT_HTML });
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

    it('Bull Board at /queues lists both queues as read-only', async () => {
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
      'Bull Board at /queues rejects %s',
      async (method) => {
        const response = await scenario.api
          .withKey(ADMIN_KEY)
          .call('/queues/api/queues/images/pause', { method });
        expect(await readStatusAndCode(response)).toEqual([405, 'method_not_allowed']);
      },
    );

    it('Bull Board at /queues redirects a browser without a session to the operator page', async () => {
      const response = await scenario.api.call('/queues', {
        headers: ACCEPT_HTML,
        redirect: 'manual',
      });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/operator']);
    });
  });
});

describe('An app with API keys but no admin key', () => {
  const scenario = Scenario.forThisFile({ env: { API_KEYS: `shop:${SHOP_KEY}` } });

  it.each(['/operator/session', '/queues'])(
    'An app with API keys but no admin key returns 404 at %s and names the missing setting',
    async (path) => {
      const response = await scenario.api.withKey(SHOP_KEY).get(path);
      const problem = (await response.json()) as { code: string; detail: string };
      expect([response.status, problem.code]).toEqual([404, 'admin_key_not_configured']);
      expect(problem.detail).toContain('ADMIN_API_KEY');
    },
  );

  it.each(['/operator/session', '/queues'])(
    'An app with API keys but no admin key returns 404 at %s for a call without a key',
    async (path) => {
      const result = await readStatusAndCode(await scenario.api.get(path));
      expect(result).toEqual([404, 'admin_key_not_configured']);
    },
  );
});

describe('A local app without any key', () => {
  const scenario = Scenario.forThisFile();

  it('A local app without any key lets a local caller use the operator API', async () => {
    const { status, body } = await scenario.api.getJson('/operator/session');
    expect([status, body]).toEqual([200, { name: 'local' }]);
    expect((await scenario.api.get('/queues', ACCEPT_HTML)).status).toBe(200);
  });

  it('A local app without any key rejects calls through a reverse proxy', async () => {
    const response = await scenario.api.get('/operator/session', { 'x-forwarded-for': '8.8.8.8' });
    expect(await readStatusAndCode(response)).toEqual([404, 'admin_key_not_configured']);
  });
});
