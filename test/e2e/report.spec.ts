import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';
const scenario = Scenario.forThisFile({
  origin: true,
  env: { IMAGE_ATTEMPTS: '1', API_KEYS: `shop:${SHOP_KEY},other:other-key-0123456789` },
});

interface Report {
  images: number;
  failed: number;
  savings: { bytes_in: number; bytes_saved: number; seconds_saved_4g: number; largest: unknown[] };
  audit: { preset: string; passed: number; failed: number; reasons: object[] } | null;
  duplicates: {
    exact: { images: number; examples: { input_url: string }[] }[];
    similar: { images: number; examples: { input_url: string }[] }[];
    similar_compared: number;
    similar_is_complete: boolean;
  };
  problems: { host: string; code: string; images: number }[];
}

const urlOf = (path: string) => scenario.origin.url(path);
let id: string;
let reportPath: string;

beforeAll(async () => {
  const photo = await photograph(900, 700).jpeg({ quality: 95 }).toBuffer();
  const resizedPhoto = await photograph(900, 700).resize(600, 467).jpeg({ quality: 80 }).toBuffer();
  const differentPhoto = await photograph(300, 500).jpeg({ quality: 90 }).toBuffer();
  scenario.origin
    .on('/photo.jpg', serveFile(photo))
    .on('/copy.jpg', serveFile(photo))
    .on('/resized.jpg', serveFile(resizedPhoto))
    .on('/other.jpg', serveFile(differentPhoto))
    .on('/gone.jpg', sendStatus(404));
  const paths = ['/photo.jpg', '/copy.jpg', '/resized.jpg', '/other.jpg', '/gone.jpg'];
  const rows = paths.map((path, i) => `${i + 1},<b>P${i + 1}</b>,${urlOf(path)}\n`);
  const api = scenario.api.withKey(SHOP_KEY);
  id = await api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n${rows.join('')}`, {
    preset: 'google',
    audit: 'true',
  });
  await api.waitUntilFinal(id);
  reportPath = `/requests/${id}/report`;
});

describe('GET /requests/:id/report', () => {
  it('GET /requests/:id/report returns savings, audit results and problems as JSON', async () => {
    const { body } = await scenario.api.withKey(SHOP_KEY).getJson<Report>(reportPath);
    expect(body).toMatchObject({ images: 5, failed: 1, audit: { preset: 'Google', passed: 2 } });
    expect(body.savings.bytes_saved).toBeGreaterThan(0);
    expect(body.savings.largest).toHaveLength(4);
    expect(body.problems).toEqual([
      {
        host: new URL(urlOf('/')).host,
        code: 'http_404',
        message: expect.stringContaining('404') as string,
        images: 1,
        example_url: urlOf('/gone.jpg'),
      },
    ]);
  });

  it('GET /requests/:id/report lists identical files and similar images', async () => {
    const { body } = await scenario.api.withKey(SHOP_KEY).getJson<Report>(reportPath);
    const urlsOf = (groups: Report['duplicates']['exact']) =>
      groups.map(({ examples }) => examples.map(({ input_url }) => input_url));
    expect(urlsOf(body.duplicates.exact)).toEqual([[urlOf('/photo.jpg'), urlOf('/copy.jpg')]]);
    expect(urlsOf(body.duplicates.similar)).toEqual([[urlOf('/photo.jpg'), urlOf('/resized.jpg')]]);
    expect(body.duplicates.similar[0].images).toBe(3);
    expect(body.duplicates).toMatchObject({ similar_compared: 4, similar_is_complete: true });
  });

  it('GET /requests/:id/report returns browsers a page that loads no external resources', async () => {
    const response = await scenario.api
      .withKey(SHOP_KEY)
      .get(reportPath, { Accept: 'text/html,*/*;q=0.8' });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    const html = await response.text();
    expect(html).toContain('Google check');
    expect(html).toContain('&lt;b&gt;P1&lt;/b&gt;');
    expect(html).toMatch(/<td class="problem">[^<]*404[^<]*\. <code class="note">http_404<\/code>/);
    expect(html).not.toMatch(/<(?:script|link|img|b)\b|url\(|@import/);
  });

  it('POST /requests/:id/report/token creates a permanent token that is valid only for the report', async () => {
    const api = scenario.api.withKey(SHOP_KEY);
    const tokenResponse = await api.call(`${reportPath}/token`, { method: 'POST' });
    const { token, expires_at } = (await tokenResponse.json()) as {
      token: string;
      expires_at: null;
    };
    expect([tokenResponse.status, expires_at]).toEqual([201, null]);
    expect((await scenario.api.get(`${reportPath}?token=${token}`)).status).toBe(200);
    for (const path of [`/download/${id}`, `/requests/${id}/events`]) {
      expect((await scenario.api.get(`${path}?token=${token}`)).status).toBe(401);
    }
    const otherOwner = scenario.api.withKey('other-key-0123456789');
    expect((await otherOwner.call(`${reportPath}/token`, { method: 'POST' })).status).toBe(404);
  });

  it('GET /requests/:id/report requires a key or a token for the request', async () => {
    const api = scenario.api.withKey(SHOP_KEY);
    const tokenResponse = await api.call(`/requests/${id}/token`, { method: 'POST' });
    const { token } = (await tokenResponse.json()) as { token: string };
    expect((await scenario.api.get(`${reportPath}?token=${token}`)).status).toBe(200);
    expect((await scenario.api.get(reportPath)).status).toBe(401);
    expect((await scenario.api.withKey('other-key-0123456789').get(reportPath)).status).toBe(404);
  });
});
