import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseArtifactName } from '../../src/platform/storage/artifact-key.js';
import { Env } from '../../src/platform/config/env.js';
import { S3ArtifactStore } from '../../src/platform/storage/s3/s3-artifact-store.js';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { openSharedBucket } from '../support/s3/shared-bucket.js';
import type { TestBucket } from '../support/s3/test-bucket.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { runVerify } from '../support/verify.js';
import { readZip } from '../support/zip.js';

vi.setConfig({ testTimeout: 180_000 });

const IMAGES = 6;

interface Ready {
  details: { storage: { status: string; code?: string; message?: string } };
}

describe('An app with STORAGE=s3', () => {
  let bucket: TestBucket;
  let proxy: TcpProxy;
  let database: TestDatabase;
  let redisUrl: string;
  let origin: OriginServer;
  let app: TestApp;
  let store: S3ArtifactStore;
  let id: string;
  let urls: string[];

  const start = (env: Partial<Record<keyof Env, string>> = {}) =>
    startApp({
      databaseUrl: database.url,
      redisUrl,
      env: {
        OUTBOUND_ALLOW: origin.allow,
        ...bucket.settings,
        ...bucket.credentials,
        S3_ENDPOINT: proxy.url.replace(/\/$/, ''),
        ...env,
      },
    });
  const upload = async (from: number, count: number) => {
    const rows = Array.from(
      { length: count },
      (_, at) => `${at},Lamp ${from + at},${origin.url(`/${from + at}.jpg`)}`,
    );
    return app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n${rows.join('\n')}`);
  };
  const pathOf = (url: string) => new URL(url).pathname;
  const ready = (of = app) => of.api.getJson<Ready>('/health/ready');
  const stored = async () => {
    const all = [];
    for await (const artifacts of store.list()) all.push(...artifacts);
    return all;
  };
  const outputUrls = async (of: string) => {
    const { products } = await app.api.getStatus(of);
    return products.flatMap(({ images }) => images.map(({ output_url }) => output_url!));
  };

  beforeAll(async () => {
    bucket = await openSharedBucket();
    Object.assign(process.env, bucket.credentials);
    proxy = await TcpProxy.startFor(bucket.server.endpoint);
    database = await createDatabase();
    redisUrl = (await createRedis()).url;
    origin = await OriginServer.start();
    for (let at = 0; at < IMAGES * 2; at += 1) {
      const jpeg = await photograph(300 + at, 200)
        .jpeg({ quality: 95 })
        .toBuffer();
      origin.on(`/${at}.jpg`, serveFile(jpeg));
    }
    store = new S3ArtifactStore(Object.assign(new Env(), bucket.settings));
    app = await start();
    id = await upload(0, IMAGES);
    await app.api.waitUntilFinal(id);
    urls = await outputUrls(id);
  }, 300_000);
  afterAll(async () => {
    await app.stop();
    store.onApplicationShutdown();
    await origin.close();
    await database.drop();
    await proxy.stop();
    await bucket.close();
  });

  it('An app with STORAGE=s3 is ready and stores every image in the bucket', async () => {
    expect((await ready()).body.details.storage).toEqual({ status: 'up' });
    const names = urls.map((url) => parseArtifactName(pathOf(url).split('/').at(-1)!));
    const byKey = (a?: { key: string }, b?: { key: string }) => (a!.key < b!.key ? -1 : 1);
    expect((await stored()).toSorted(byKey)).toEqual(names.toSorted(byKey));
  });

  it('An app with STORAGE=s3 sends an image with the same headers as with disk storage', async () => {
    const answer = await app.api.get(pathOf(urls[0]));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const content = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(content.length));
    expect(await sharp(content).metadata()).toMatchObject({ format: 'jpeg', width: 300 });
  });

  it('An app with STORAGE=s3 answers HEAD, range and conditional requests as with disk storage', async () => {
    const path = pathOf(urls[0]);
    const whole = Buffer.from(await (await app.api.get(path)).arrayBuffer());
    const part = await app.api.get(path, { Range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 10-19/${whole.length}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20))).toBe(true);

    const outside = await app.api.get(path, { Range: 'bytes=99999999-' });
    expect([outside.status, outside.headers.get('content-range')]).toEqual([
      416,
      `bytes */${whole.length}`,
    ]);
    expect(outside.headers.get('cache-control')).toBeNull();
    expect(await outside.json()).toMatchObject({ code: 'range_not_satisfiable' });

    const head = await app.api.call(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)]);
    const etag = head.headers.get('etag')!;
    const unchanged = await app.api.get(path, {
      'If-None-Match': etag,
      'Cache-Control': 'max-age=0',
    });
    expect(unchanged.status).toBe(304);
    const missing = await app.api.get(`/images/${'0'.repeat(64)}.jpg`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('An app with STORAGE=s3 redirects to the bucket with S3_DELIVERY=redirect, and sends the image itself on demand', async () => {
    const other = await start({ S3_DELIVERY: 'redirect' });
    try {
      const path = pathOf(urls[0]);
      const answer = await other.api.call(path, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([
        302,
        'private, max-age=900',
      ]);
      const followed = await fetch(answer.headers.get('location')!);
      expect([followed.status, followed.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      const sent = await other.api.call(`${path}?delivery=proxy`, { redirect: 'manual' });
      expect(sent.status).toBe(200);
      const [a, b] = await Promise.all([followed.arrayBuffer(), sent.arrayBuffer()]);
      expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true);
      expect(other.logText).not.toContain('X-Amz-Signature=');
      const named = path.replace('.jpg', '/mug-1.jpg');
      const redirect = await other.api.call(named, { redirect: 'manual' });
      const target = new URL(redirect.headers.get('location')!);
      expect(target.searchParams.get('response-content-disposition')).toBe(
        'inline; filename=mug-1.jpg',
      );
    } finally {
      await other.stop();
    }
  });

  it('An app with STORAGE=s3 writes URLs under S3_PUBLIC_URL to responses and output files', async () => {
    const base = `${bucket.server.endpoint}/${bucket.settings.S3_BUCKET}`;
    const other = await start({ S3_PUBLIC_URL: base });
    try {
      const { products } = await other.api.getStatus(id);
      const name = pathOf(urls[0]).split('/').at(-1);
      const direct = `${base}/${bucket.settings.S3_PREFIX}${name}`;
      expect(products[0].images[0].output_url).toBe(direct);
      expect(await other.api.getText(`/download/${id}`)).toContain(direct);
      const fields = { filename_template: '{serial}' };
      const { status, body } = await other.api.upload('Image\nhttps://shop.example/1.jpg', fields);
      expect([status, body.code]).toEqual([400, 'filename_template_unsupported']);
    } finally {
      await other.stop();
    }
  });

  it('An app with STORAGE=s3 writes a ZIP of all images', async () => {
    const answer = await app.api.get(`/download/${id}/images.zip`);
    const entries = readZip(Buffer.from(await answer.arrayBuffer()));
    expect(entries).toHaveLength(IMAGES);
    for (const { content } of entries) {
      expect(await sharp(content).metadata()).toMatchObject({ format: 'jpeg' });
    }
  });

  it('An app with STORAGE=s3 is verified by npm run verify, which reports a missing object', async () => {
    const installation = {
      dataDir: app.dataDir,
      databaseUrl: database.url,
      env: { ...bucket.settings, ...bucket.credentials },
    };
    const whole = await runVerify(installation, '--deep');
    expect([whole.exitCode, whole.stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    const { key, format } = parseArtifactName(pathOf(urls[0]).split('/').at(-1)!)!;
    const content = Buffer.from(await (await app.api.get(pathOf(urls[0]))).arrayBuffer());
    await store.remove(key, format);
    const { exitCode, stdout } = await runVerify(installation);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining(`missing: ${store.locationOf(key, format)}`),
    ]);
    const path = `${app.dataDir}/restored.jpg`;
    await writeFile(path, content);
    await store.copyFrom(path, key, format);
    expect((await runVerify(installation, '--deep')).exitCode).toBe(0);
  });

  it('An app with STORAGE=s3 waits while the server is unavailable, reports this, and continues afterwards', async () => {
    await proxy.stop();
    const request = await upload(IMAGES, 3);
    const away = await eventually(
      async () => {
        const answer = await ready();
        return answer.status === 503 ? answer : undefined;
      },
      { timeoutMs: 30_000, description: 'the app to be unready' },
    );
    expect(away.body.details.storage).toMatchObject({
      status: 'down',
      code: 'storage_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const image = await app.api.get(pathOf(urls[0]));
    expect([image.status, image.headers.get('cache-control')]).toEqual([503, null]);
    expect(await image.json()).toMatchObject({ code: 'storage_unavailable' });

    await proxy.start();
    const { progress } = await app.api.waitUntilFinal(request, 60_000);
    expect(progress).toMatchObject({ completed: 3, failed: 0 });
    await eventually(async () => (await ready()).status === 200, { timeoutMs: 15_000 });
  });

  it('An app with STORAGE=s3 starts without the bucket and reports how to fix this', async () => {
    const other = await start({ S3_BUCKET: `absent-${randomBytes(4).toString('hex')}` });
    try {
      const line = await eventually(() =>
        other.logs.find(({ msg }) => msg.startsWith('Storage is not ready')),
      );
      expect(line).toMatchObject({ level: 'error', code: 'storage_unavailable' });
      expect(line.msg).toContain('Create the bucket, or correct S3_BUCKET.');
      const answer = await ready(other);
      expect([answer.status, answer.body.details.storage.message]).toEqual([
        503,
        expect.stringContaining('does not exist'),
      ]);
    } finally {
      await other.stop();
    }
  });

  it('An app with STORAGE=s3 logs neither the secret nor a signature when access is refused', async () => {
    const secret = 'wrong-secret-of-this-test';
    const other = await start({ AWS_SECRET_ACCESS_KEY: secret });
    try {
      await other.api.get('/health/ready');
      await other.api.get(pathOf(urls[0]));
      expect(other.logText).not.toContain(secret);
      expect(other.logText).not.toContain('Signature=');
    } finally {
      await other.stop();
    }
  });

  it('An app with STORAGE=s3 removes the objects of a request that is deleted', async () => {
    expect((await stored()).length).toBeGreaterThan(0);
    const requests = await app.api.getJson<{ requests: { request_id: string }[] }>('/requests');
    for (const { request_id } of requests.body.requests) {
      const answer = await app.api.call(`/requests/${request_id}`, { method: 'DELETE' });
      expect(answer.ok).toBe(true);
    }
    await eventually(async () => (await stored()).length === 0, {
      timeoutMs: 30_000,
      description: 'the objects to be removed',
    });
  });
});
