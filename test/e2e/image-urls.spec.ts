import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';

const scenario = Scenario.forThisFile({
  origin: true,
  env: { API_KEYS: `shop:${SHOP_KEY}`, IMAGE_URL_TTL: '2' },
});
let id: string;
let outputUrl: string;
let photo: Buffer;

beforeAll(async () => {
  photo = await photograph(320, 240).jpeg({ quality: 95 }).toBuffer();
  scenario.origin.on('/1.jpg', serveFile(photo));
  const api = scenario.api.withKey(SHOP_KEY);
  const url = scenario.origin.url('/1.jpg');
  id = await api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n1,SKU1,"${url},${url}"\n`);
  const status = await api.waitUntilFinal(id);
  outputUrl = status.products[0].images[0].output_url!;
});

const readCode = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('An app with IMAGE_URL_TTL', () => {
  it('An app with IMAGE_URL_TTL writes URLs to the output CSV that work without a key', async () => {
    const csv = await scenario.api.withKey(SHOP_KEY).getText(`/download/${id}`);
    const urls = csv.match(/http:\/\/[^",]+\/images\/[^",\n]+/g)!;
    expect(urls).toHaveLength(2);
    for (const url of urls) {
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d, immutable$/);
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    }
  });

  it('An app with IMAGE_URL_TTL rejects an unsigned URL and an expired URL', async () => {
    const unsignedResponse = await fetch(outputUrl.split('?')[0]);
    expect([unsignedResponse.status, await readCode(unsignedResponse)]).toEqual([
      403,
      'image_url_invalid',
    ]);

    const expiredResponse = await eventually(
      async () => {
        const response = await fetch(outputUrl);
        return response.status === 403 ? response : undefined;
      },
      { description: 'the URL to expire' },
    );
    expect([expiredResponse.status, await readCode(expiredResponse)]).toEqual([
      403,
      'image_url_expired',
    ]);
  });

  it('An app with IMAGE_URL_TTL writes new URLs to a later download', async () => {
    const api = scenario.api.withKey(SHOP_KEY);
    const etag = (await api.get(`/download/${id}`)).headers.get('etag')!;
    const hasChanged = async () =>
      (await api.get(`/download/${id}`, { 'If-None-Match': etag })).status === 200;
    expect(await eventually(hasChanged, { description: 'the ETag to change' })).toBe(true);
  });
});

it('An image URL contains no hash of its source', () => {
  const sha256 = createHash('sha256').update(photo).digest('hex');
  const unsaltedKey = createHash('sha256')
    .update(JSON.stringify([1, sha256, 'original', 50, null, null]))
    .digest('hex');
  expect(outputUrl).not.toContain(unsaltedKey);
  expect(outputUrl).not.toContain(sha256);
});
