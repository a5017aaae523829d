import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';

describe('The web page', () => {
  const scenario = Scenario.forThisFile();

  it.each(['/', '/all', '/help', '/r/019a0000-0000-7000-8000-00000000ffff/problems'])(
    'The web page is served at %s with a Content Security Policy against inline and third-party content',
    async (path) => {
      const response = await scenario.api.get(path, { accept: 'text/html' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy')!;
      expect(policy).toMatch("script-src 'self';");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    },
  );

  it('The web page loads compressed files that are cached as immutable', async () => {
    const document = await scenario.api.getText('/');
    const files = document.match(/\/assets\/[^"]+/g)!;
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const path of files) {
      const response = await scenario.api.get(path, { 'accept-encoding': 'gzip' });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-encoding')).toBe('gzip');
    }
  });

  it.each(['/assets/nothing.js', '/assets/..%2findex.html', '/sample/..%2f..%2fmain.js'])(
    'The web page is not served at %s',
    async (path) => {
      const { status, body } = await scenario.api.getJson(path);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not_found' });
    },
  );

  it("GET /setup describes the app's setup without secrets", async () => {
    const { body } = await scenario.api.getJson('/setup');
    const { host, pathname, password } = new URL(scenario.database.url);
    expect(body).toMatchObject({
      database: { embedded: false, address: `${host}${pathname}` },
      redis: { embedded: false },
      public_url: null,
    });
    expect(password.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain(password);
  });
});
