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

const IMAGE_COUNT = 6;

interface Readiness {
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
  const upload = async (firstIndex: number, count: number) => {
    const rows = Array.from(
      { length: count },
      (_, index) =>
        `${index},Lamp ${firstIndex + index},${origin.url(`/${firstIndex + index}.jpg`)}`,
    );
    return app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n${rows.join('\n')}`);
  };
  const pathOf = (url: string) => new URL(url).pathname;
  const getReadiness = (targetApp = app) => targetApp.api.getJson<Readiness>('/health/ready');
  const listStoredArtifacts = async () => {
    const storedArtifacts = [];
    for await (const artifacts of store.list()) storedArtifacts.push(...artifacts);
    return storedArtifacts;
  };
  const listOutputUrls = async (requestId: string) => {
    const { products } = await app.api.getStatus(requestId);
    return products.flatMap(({ images }) => images.map(({ output_url }) => output_url!));
  };

  beforeAll(async () => {
    bucket = await openSharedBucket();
    Object.assign(process.env, bucket.credentials);
    proxy = await TcpProxy.startFor(bucket.server.endpoint);
    database = await createDatabase();
    redisUrl = (await createRedis()).url;
    origin = await OriginServer.start();
    for (let index = 0; index < IMAGE_COUNT * 2; index += 1) {
      const jpeg = await photograph(300 + index, 200)
        .jpeg({ quality: 95 })
        .toBuffer();
      origin.on(`/${index}.jpg`, serveFile(jpeg));
    }
    store = new S3ArtifactStore(Object.assign(new Env(), bucket.settings));
    app = await start();
    id = await upload(0, IMAGE_COUNT);
    await app.api.waitUntilFinal(id);
    urls = await listOutputUrls(id);
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
    expect((await getReadiness()).body.details.storage).toEqual({ status: 'up' });
    const names = urls.map((url) => parseArtifactName(pathOf(url).split('/').at(-1)!));
    const compareKeys = (a?: { key: string }, b?: { key: string }) => (a!.key < b!.key ? -1 : 1);
    expect((await listStoredArtifacts()).toSorted(compareKeys)).toEqual(
      names.toSorted(compareKeys),
    );
  });

  it('An app with STORAGE=s3 sends an image with the same headers as with disk storage', async () => {
    const response = await app.api.get(pathOf(urls[0]));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const content = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(content.length));
    expect(await sharp(content).metadata()).toMatchObject({ format: 'jpeg', width: 300 });
  });

  it('An app with STORAGE=s3 handles HEAD, range and conditional requests as with disk storage', async () => {
    const path = pathOf(urls[0]);
    const wholeImage = Buffer.from(await (await app.api.get(path)).arrayBuffer());
    const partialResponse = await app.api.get(path, { Range: 'bytes=10-19' });
    expect([partialResponse.status, partialResponse.headers.get('content-range')]).toEqual([
      206,
      `bytes 10-19/${wholeImage.length}`,
    ]);
    expect(
      Buffer.from(await partialResponse.arrayBuffer()).equals(wholeImage.subarray(10, 20)),
    ).toBe(true);

    const rangeError = await app.api.get(path, { Range: 'bytes=99999999-' });
    expect([rangeError.status, rangeError.headers.get('content-range')]).toEqual([
      416,
      `bytes */${wholeImage.length}`,
    ]);
    expect(rangeError.headers.get('cache-control')).toBeNull();
    expect(await rangeError.json()).toMatchObject({ code: 'range_not_satisfiable' });

    const head = await app.api.call(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([
      200,
      String(wholeImage.length),
    ]);
    const etag = head.headers.get('etag')!;
    const unchangedResponse = await app.api.get(path, {
      'If-None-Match': etag,
      'Cache-Control': 'max-age=0',
    });
    expect(unchangedResponse.status).toBe(304);
    const missingResponse = await app.api.get(`/images/${'0'.repeat(64)}.jpg`);
    expect([missingResponse.status, missingResponse.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('An app with STORAGE=s3 redirects to the bucket with S3_DELIVERY=redirect, and sends the image itself with delivery=proxy', async () => {
    const otherApp = await start({ S3_DELIVERY: 'redirect' });
    try {
      const path = pathOf(urls[0]);
      const response = await otherApp.api.call(path, { redirect: 'manual' });
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        302,
        'private, max-age=900',
      ]);
      const bucketResponse = await fetch(response.headers.get('location')!);
      expect([bucketResponse.status, bucketResponse.headers.get('content-type')]).toEqual([
        200,
        'image/jpeg',
      ]);
      const proxiedResponse = await otherApp.api.call(`${path}?delivery=proxy`, {
        redirect: 'manual',
      });
      expect(proxiedResponse.status).toBe(200);
      const [a, b] = await Promise.all([
        bucketResponse.arrayBuffer(),
        proxiedResponse.arrayBuffer(),
      ]);
      expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true);
      expect(otherApp.logText).not.toContain('X-Amz-Signature=');
      const namedPath = path.replace('.jpg', '/mug-1.jpg');
      const namedResponse = await otherApp.api.call(namedPath, { redirect: 'manual' });
      const target = new URL(namedResponse.headers.get('location')!);
      expect(target.searchParams.get('response-content-disposition')).toBe(
        'inline; filename=mug-1.jpg',
      );
    } finally {
      await otherApp.stop();
    }
  });

  it('An app with STORAGE=s3 writes URLs under S3_PUBLIC_URL to responses and output files', async () => {
    const base = `${bucket.server.endpoint}/${bucket.settings.S3_BUCKET}`;
    const otherApp = await start({ S3_PUBLIC_URL: base });
    try {
      const { products } = await otherApp.api.getStatus(id);
      const name = pathOf(urls[0]).split('/').at(-1);
      const directUrl = `${base}/${bucket.settings.S3_PREFIX}${name}`;
      expect(products[0].images[0].output_url).toBe(directUrl);
      expect(await otherApp.api.getText(`/download/${id}`)).toContain(directUrl);
      const fields = { filename_template: '{serial}' };
      const { status, body } = await otherApp.api.upload(
        'Image\nhttps://shop.example/1.jpg',
        fields,
      );
      expect([status, body.code]).toEqual([400, 'filename_template_unsupported']);
    } finally {
      await otherApp.stop();
    }
  });

  it('An app with STORAGE=s3 returns a ZIP of all images', async () => {
    const response = await app.api.get(`/download/${id}/images.zip`);
    const entries = readZip(Buffer.from(await response.arrayBuffer()));
    expect(entries).toHaveLength(IMAGE_COUNT);
    for (const { content } of entries) {
      expect(await sharp(content).metadata()).toMatchObject({ format: 'jpeg' });
    }
  });

  it('npm run verify checks an app with STORAGE=s3 and reports a missing object', async () => {
    const installation = {
      dataDir: app.dataDir,
      databaseUrl: database.url,
      env: { ...bucket.settings, ...bucket.credentials },
    };
    const verification = await runVerify(installation, '--deep');
    expect([verification.exitCode, verification.stderr]).toEqual([
      0,
      expect.not.stringContaining('Error'),
    ]);
    const { key, format } = parseArtifactName(pathOf(urls[0]).split('/').at(-1)!)!;
    const content = Buffer.from(await (await app.api.get(pathOf(urls[0]))).arrayBuffer());
    await store.remove(key, format);
    const { exitCode, stdout } = await runVerify(installation);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining(`missing: ${store.getLocation(key, format)}`),
    ]);
    const path = `${app.dataDir}/restored.jpg`;
    await writeFile(path, content);
    await store.copyFrom(path, key, format);
    expect((await runVerify(installation, '--deep')).exitCode).toBe(0);
  });

  it('An app with STORAGE=s3 waits while the S3 server is unavailable, reports the outage, and continues afterward', async () => {
    await proxy.stop();
    const requestId = await upload(IMAGE_COUNT, 3);
    const readiness = await eventually(
      async () => {
        const response = await getReadiness();
        return response.status === 503 ? response : undefined;
      },
      { timeoutMs: 30_000, description: 'the app to report that it is not ready' },
    );
    expect(readiness.body.details.storage).toMatchObject({
      status: 'down',
      code: 'storage_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const image = await app.api.get(pathOf(urls[0]));
    expect([image.status, image.headers.get('cache-control')]).toEqual([503, null]);
    expect(await image.json()).toMatchObject({ code: 'storage_unavailable' });

    await proxy.start();
    const { progress } = await app.api.waitUntilFinal(requestId, 60_000);
    expect(progress).toMatchObject({ completed: 3, failed: 0 });
    await eventually(async () => (await getReadiness()).status === 200, { timeoutMs: 15_000 });
  });

  it('An app with STORAGE=s3 starts even if the bucket is missing, and reports how to fix it', async () => {
    const otherApp = await start({ S3_BUCKET: `absent-${randomBytes(4).toString('hex')}` });
    try {
      const logLine = await eventually(() =>
        otherApp.logs.find(({ msg }) => msg.startsWith('Storage is not ready')),
      );
      expect(logLine).toMatchObject({ level: 'error', code: 'storage_unavailable' });
      expect(logLine.msg).toContain('Create the bucket, or correct S3_BUCKET.');
      const response = await getReadiness(otherApp);
      expect([response.status, response.body.details.storage.message]).toEqual([
        503,
        expect.stringContaining('does not exist'),
      ]);
    } finally {
      await otherApp.stop();
    }
  });

  it('An app with STORAGE=s3 logs neither the secret nor a signature when access is denied', async () => {
    const secret = 'wrong-secret-of-this-test';
    const otherApp = await start({ AWS_SECRET_ACCESS_KEY: secret });
    try {
      await otherApp.api.get('/health/ready');
      await otherApp.api.get(pathOf(urls[0]));
      expect(otherApp.logText).not.toContain(secret);
      expect(otherApp.logText).not.toContain('Signature=');
    } finally {
      await otherApp.stop();
    }
  });

  it('An app with STORAGE=s3 removes the objects of a deleted request', async () => {
    expect((await listStoredArtifacts()).length).toBeGreaterThan(0);
    const requests = await app.api.getJson<{ requests: { request_id: string }[] }>('/requests');
    for (const { request_id } of requests.body.requests) {
      const response = await app.api.call(`/requests/${request_id}`, { method: 'DELETE' });
      expect(response.ok).toBe(true);
    }
    await eventually(async () => (await listStoredArtifacts()).length === 0, {
      timeoutMs: 30_000,
      description: 'the objects to be removed',
    });
  });
});
