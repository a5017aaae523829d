import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configureHttp } from '../../platform/http/configure-http.js';
import { createLogger } from '../../platform/logging/logger.js';
import { Env } from '../../platform/config/env.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { ImagesController } from './images.controller.js';
import { ServerSecret } from '../../platform/config/server-secret.js';
import { ImageUrlSigner } from '../../platform/http/image-url-signer.js';

const KEY = 'abcd'.repeat(16);
const CONTENT = '<script>alert(1)</script> pretends to be an image';
let folder: string;
let app: NestExpressApplication;
let baseUrl: string;

beforeAll(async () => {
  // The operator may choose a data folder whose name starts with a dot. This must not hide the images.
  folder = await mkdtemp(join(tmpdir(), '.pressroom-images-'));
  const env = Object.assign(new Env(), { DATA_DIR: folder });
  const module = await Test.createTestingModule({
    controllers: [ImagesController],
    providers: [
      { provide: Env, useValue: env },
      { provide: ArtifactStore, useClass: DiskArtifactStore },
      { provide: ServerSecret, useValue: new ServerSecret(Buffer.alloc(32)) },
      ImageUrlSigner,
    ],
  }).compile();
  app = module.createNestApplication<NestExpressApplication>({ bodyParser: false });
  configureHttp(app, createLogger('silent', 'json'), new Env());
  await app.listen(0, '127.0.0.1');
  baseUrl = await app.getUrl();
  const store = app.get(ArtifactStore);
  const path = store.createTemporaryPath();
  await writeFile(path, CONTENT);
  await store.put(path, KEY, 'png');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (name: string, init?: RequestInit) => fetch(`${baseUrl}/images/${name}`, init);

/** Bypasses `fetch`, which resolves dots in paths and adds `Cache-Control: no-cache` to conditional requests. */
function sendRawGet(path: string, headers = {}): Promise<IncomingMessage> {
  const { port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, resolve).on('error', reject).end();
  });
}

describe('GET /images/:name', () => {
  it('GET /images/:name serves an artifact with its content type and immutable cache headers', async () => {
    const response = await get(`${KEY}.png`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(CONTENT.length),
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${KEY}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
    });
    expect(await response.text()).toBe(CONTENT);
  });

  it('GET /images/:name returns 304 for a matching If-None-Match header', async () => {
    const response = await sendRawGet(`/images/${KEY}.png`, { 'If-None-Match': `"${KEY}"` });
    expect(response.statusCode).toBe(304);
    expect(response.headers['cache-control']).toContain('immutable');
    expect(await response.toArray()).toEqual([]);
  });

  it('GET /images/:name returns the requested range with status 206', async () => {
    const response = await get(`${KEY}.png`, { headers: { Range: 'bytes=1-6' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 1-6/${CONTENT.length}`);
    expect(await response.text()).toBe('script');
  });

  it('GET /images/:name returns 416 for a range outside the file', async () => {
    const response = await get(`${KEY}.png`, { headers: { Range: 'bytes=9999-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${CONTENT.length}`);
    expect(response.headers.get('cache-control')).toBeNull();
    expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' });
  });

  it('HEAD /images/:name returns the headers without a body', async () => {
    const response = await get(`${KEY}.png`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(CONTENT.length));
    expect(await response.text()).toBe('');
  });

  it.each([
    `${'0'.repeat(64)}.png`,
    `${KEY}.jpg`,
    `${KEY}.html`,
    KEY,
    '..%2f..%2fartifacts%2fab%2fcd%2fx.png',
    '%2e%2e%2fpasswd',
    `${KEY}.png%00`,
  ])('GET /images/:name returns 404 for the name %j', async (name) => {
    const response = await get(name);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('cache-control')).toBeNull();
    expect(await response.json()).toMatchObject({ code: 'image_not_found', status: 404 });
  });

  it('GET /images/:name does not resolve ".." in a path', async () => {
    const response = await sendRawGet(`/images/../../tmp/${KEY}.png`);
    response.resume();
    expect(response.statusCode).toBe(404);
  });
});
