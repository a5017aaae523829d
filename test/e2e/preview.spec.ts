import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

describe('POST /preview', () => {
  const scenario = Scenario.forThisFile({ origin: true });
  let photo: Buffer;
  const preview = (body: object) =>
    fetch(`${scenario.app.url}/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const create = { width: 640, height: 480, channels: 3, background: '#888', noise } as const;
    photo = await sharp({ create }).jpeg({ quality: 95 }).toBuffer();
    const photoWithCopyright = sharp(photo).withExif({ IFD0: { Copyright: '2026 Kiln' } });
    const copyrighted = await photoWithCopyright.jpeg({ quality: 95 }).toBuffer();
    const tiff = await sharp(photo).tiff({ compression: 'lzw' }).toBuffer();
    scenario.origin
      .on('/photo.jpg', serveFile(photo))
      .on('/drawn.jpg', serveFile(await photograph(640, 480).jpeg({ quality: 95 }).toBuffer()))
      .on('/photo.tiff', serveFile(tiff))
      .on('/copyright.jpg', serveFile(copyrighted))
      .on('/gone.jpg', sendStatus(404))
      .on(
        '/page.jpg',
        serveFile(Buffer.from('<!doctype html><p>no'), { 'content-type': 'text/html' }),
      );
  });

  it('POST /preview returns the unchanged source with original=true', async () => {
    const response = await preview({ url: scenario.origin.url('/photo.jpg'), original: true });
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-security-policy')).toMatch('sandbox');
    expect(Buffer.from(await response.arrayBuffer()).equals(photo)).toBe(true);
  });

  it('POST /preview falls back to http for a URL without a protocol', async () => {
    const url = scenario.origin.url('/photo.jpg').replace('http:', '');
    const response = await preview({ url, original: true });
    expect(Buffer.from(await response.arrayBuffer()).equals(photo)).toBe(true);
    const httpsResponse = await preview({ url: `https:${url}`, original: true });
    expect(httpsResponse.status).toBe(502);
  });

  it('POST /preview returns the same result as an upload with the same options', async () => {
    const options = { quality: 30, format: 'webp', max_width: 200 };
    const response = await preview({ url: scenario.origin.url('/photo.jpg'), ...options });
    const body = Buffer.from(await response.arrayBuffer());
    expect(await sharp(body).metadata()).toMatchObject({ format: 'webp', width: 200, height: 150 });
    expect(response.headers.get('preview-bytes-in')).toBe(String(photo.length));
    expect(response.headers.get('preview-bytes-out')).toBe(String(body.length));
  });

  it('POST /preview returns the quality that a target score or a maximum size selects', async () => {
    const url = scenario.origin.url('/drawn.jpg');
    const scoredResponse = await preview({ url, format: 'webp', target_score: 60, max_width: 200 });
    const quality = Number(scoredResponse.headers.get('preview-quality'));
    expect(quality).toBeGreaterThan(1);
    expect(quality).toBeLessThan(100);
    expect(Number(scoredResponse.headers.get('preview-score'))).toBeGreaterThanOrEqual(59);
    const limitedResponse = await preview({ url, format: 'webp', quality: 100, max_bytes: 20_000 });
    expect(Number(limitedResponse.headers.get('preview-quality'))).toBeLessThan(100);
    expect((await limitedResponse.arrayBuffer()).byteLength).toBeLessThanOrEqual(20_000);
    const fixedResponse = await preview({ url, quality: 30 });
    expect(fixedResponse.headers.get('preview-quality')).toBeNull();
  });

  it('POST /preview keeps the copyright that an upload with the same options would keep', async () => {
    const url = scenario.origin.url('/copyright.jpg');
    const withCopyright = await preview({ url, metadata: 'copyright' });
    expect(Buffer.from(await withCopyright.arrayBuffer()).includes('2026 Kiln')).toBe(true);
    const withoutCopyright = await preview({ url });
    expect(Buffer.from(await withoutCopyright.arrayBuffer()).includes('2026 Kiln')).toBe(false);
  });

  it('POST /preview returns a TIFF losslessly in a format that browsers support', async () => {
    const url = scenario.origin.url('/photo.tiff');
    const response = await preview({ url, original: true });
    expect(response.headers.get('content-type')).toBe('image/png');
    const readPixels = (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();
    const shownPixels = await readPixels(Buffer.from(await response.arrayBuffer()));
    expect(shownPixels.equals(await readPixels(photo))).toBe(true);
  });

  it('POST /preview downloads the source once for calls with different options', async () => {
    const url = scenario.origin.url('/photo.jpg?cached');
    for (const quality of [20, 40, 60]) expect((await preview({ url, quality })).status).toBe(200);
    expect(scenario.origin.countRequests('/photo.jpg?cached')).toBe(1);
  });

  it.each([
    ['a private address', 'http://10.0.0.7/a.jpg', 400, 'address_denied'],
    ['an invalid URL', 'mug.jpg', 400, 'url_invalid'],
    ['a missing image', '/gone.jpg', 502, 'http_404'],
    ['a web page', '/page.jpg', 422, 'html_instead_of_image'],
  ])(
    'POST /preview rejects %s with the same error as an upload',
    async (_label, url, expectedStatus, code) => {
      const response = await preview({ url: url.startsWith('/') ? scenario.origin.url(url) : url });
      expect(response.status).toBe(expectedStatus);
      expect(await response.json()).toMatchObject({ code });
    },
  );

  it.each([
    ['quality', 0],
    ['quality', null],
    ['format', null],
    ['original', null],
    ['max_width', null],
    ['max_height', null],
    ['effort', null],
    ['metadata', 'all'],
    ['url', null],
  ])('POST /preview rejects options that an upload would reject: %s=%s', async (option, value) => {
    const response = await preview({ url: scenario.origin.url('/photo.jpg'), [option]: value });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_parameter' });
  });

  it('POST /preview rejects a content type that other sites can send without a preflight', async () => {
    const body = JSON.stringify({ url: scenario.origin.url('/photo.jpg?forged') });
    const headers = { 'content-type': 'text/plain' };
    const response = await fetch(`${scenario.app.url}/preview`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(scenario.origin.countRequests('/photo.jpg?forged')).toBe(0);
  });

  it('POST /preview stores no artifacts', async () => {
    const storedFiles = await readdir(join(scenario.app.dataDir, 'artifacts'), { recursive: true });
    expect(storedFiles.filter((name) => name.includes('.'))).toEqual(['.database']);
  });
});
