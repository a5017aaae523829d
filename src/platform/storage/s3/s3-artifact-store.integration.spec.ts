import { randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultProxy } from '../../../../test/chaos/fault-proxy.js';
import { S3FaultProxy } from '../../../../test/support/s3/s3-fault-proxy.js';
import { S3Stores } from '../../../../test/support/s3/s3-stores.js';
import { usesSwift } from '../../../../test/support/s3/start-s3-server.js';
import { Env } from '../../config/env.js';
import { S3ArtifactStore } from './s3-artifact-store.js';

// The timeouts are long, because the S3 server is written in Python and the machine may be shared.
vi.setConfig({ testTimeout: 120_000 });

/** Settings that only a server with signature verification rejects. */
const REJECTED_SETTINGS: [string, Record<string, string>, Partial<Env>, string][] = [
  ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong-secret' }, {}, 'AWS_SECRET_ACCESS_KEY'],
  ['a missing permission', { AWS_ACCESS_KEY_ID: 'test:reader' }, {}, 'permission s3:ListBucket'],
  ['a wrong region', {}, { S3_REGION: 'eu-west-9' }, 'Correct S3_REGION'],
];

const s3 = S3Stores.forThisFile();
/** Size of an object that is uploaded in one call, and of one that is uploaded in parts. */
const [SMALL_BYTES, LARGE_BYTES] = [100_000, 9 * 1024 * 1024];

describe('S3ArtifactStore', () => {
  it.each([SMALL_BYTES, LARGE_BYTES])(
    'S3ArtifactStore stores %i bytes with content type and cache headers',
    async (bytes) => {
      const store = await s3.openStore();
      const key = await s3.putContent(store, randomBytes(bytes));
      const Key = store.getLocation(key, 'jpeg');
      const head = await s3
        .createClient()
        .send(new HeadObjectCommand({ Bucket: s3.bucket.settings.S3_BUCKET, Key }));
      expect(head).toMatchObject({ ContentType: 'image/jpeg', ContentLength: bytes });
      const cacheControl = s3.bucket.server.hasFullS3Api
        ? 'public, max-age=31536000, immutable'
        : undefined;
      expect(head.CacheControl).toBe(cacheControl);
    },
  );

  it('S3ArtifactStore redirects to a presigned URL that a client without credentials can read', async () => {
    const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
    const key = await s3.putContent(store, Buffer.from('content'));
    const redirect = await store.createRedirectUrl({ key, format: 'jpeg', bytes: 7 });
    const response = await fetch(redirect!.url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('content');
    expect(redirect!.maxAgeSeconds).toBe(900);
    const tamperedUrl = redirect!.url.replace(key, s3.randomKey());
    expect((await fetch(tamperedUrl)).status).toBe(s3.bucket.server.hasFullS3Api ? 403 : 404);
  });

  it('S3ArtifactStore redirects to S3_PUBLIC_URL if it is set, and does not redirect with S3_DELIVERY=proxy', async () => {
    const S3_PUBLIC_URL = 'https://cdn.example.com/images';
    const store = await s3.openStore({ S3_DELIVERY: 'redirect', S3_PUBLIC_URL, S3_PREFIX: 'shop' });
    const artifact = { key: s3.randomKey(), format: 'jpeg', bytes: 7 } as const;
    expect(await store.createRedirectUrl(artifact)).toEqual({
      url: `https://cdn.example.com/images/shop/${artifact.key}.jpg`,
      maxAgeSeconds: 3600,
    });
    const proxyStore = await s3.openStore({ S3_DELIVERY: 'proxy' });
    expect(await proxyStore.createRedirectUrl(artifact)).toBeUndefined();
  });

  it('S3ArtifactStore limits a presigned URL to the validity of the image URL', async () => {
    const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
    const redirect = await store.createRedirectUrl(
      { key: s3.randomKey(), format: 'jpeg', bytes: 7 },
      90,
    );
    expect(new URL(redirect!.url).searchParams.get('X-Amz-Expires')).toBe('90');
    expect(redirect!.maxAgeSeconds).toBe(45);
  });

  it('S3ArtifactStore.removeLeftovers() aborts only multipart uploads of images that are at least an hour old', async () => {
    const store = await s3.openStore();
    const client = s3.createClient();
    const Bucket = s3.bucket.settings.S3_BUCKET;
    const Key = store.getLocation(s3.randomKey(), 'jpeg');
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const unrelatedKey = `${Key}.backup`;
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: unrelatedKey }));
    const listUploadKeys = async () => {
      const Prefix = Key;
      const response = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
      return (response.Uploads ?? []).map((upload) => upload.Key!).toSorted();
    };
    // fauxqs does not list uploads.
    const unfinishedUploadKeys = s3.bucket.server.hasFullS3Api ? [Key, unrelatedKey] : [];
    expect(await store.removeLeftovers()).toBe(0);
    expect(await listUploadKeys()).toEqual(unfinishedUploadKeys);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1000 });
    try {
      expect(await store.removeLeftovers()).toBe(s3.bucket.server.hasFullS3Api ? 1 : 0);
    } finally {
      vi.useRealTimers();
    }
    expect(await listUploadKeys()).toEqual(unfinishedUploadKeys.slice(1));
  });

  it('S3ArtifactStore stores and redirects to an image when the local clock is three hours fast', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 60 * 60 * 1000 });
    try {
      const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
      const key = await s3.putContent(store, Buffer.from('content'));
      const redirect = await store.createRedirectUrl({ key, format: 'jpeg', bytes: 7 }, 300);
      expect((await fetch(redirect!.url)).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('S3ArtifactStore with a faulty server', () => {
  let proxy: S3FaultProxy;
  let store: S3ArtifactStore;
  beforeEach(async () => {
    proxy = await S3FaultProxy.startFor(s3.bucket.server.endpoint);
    store = await s3.openStore({ S3_ENDPOINT: proxy.url });
  });
  afterEach(() => proxy.close());

  it('S3ArtifactStore retries calls after 503 SlowDown', async () => {
    proxy.selectFault = ({ callNumber }) => (callNumber % 2 === 1 ? 'slow down' : undefined);
    const key = await s3.putContent(store, Buffer.from('content'));
    expect((await s3.readContent(store, key)).toString()).toBe('content');
    await store.remove(key, 'jpeg');
    expect(await store.has(key, 'jpeg')).toBe(false);
  });

  it('S3ArtifactStore resumes an interrupted read at the byte where it stopped', async () => {
    const content = randomBytes(1_500_000);
    const key = await s3.putContent(store, content);
    let interruptionCount = 0;
    proxy.selectFault = ({ method }) =>
      method === 'GET' && interruptionCount++ < 8 ? 'cut' : undefined;
    expect((await s3.readContent(store, key)).equals(content)).toBe(true);
    expect(interruptionCount).toBeGreaterThan(8);
  });

  it('S3ArtifactStore throws storage_unavailable if it cannot resume an interrupted read', async () => {
    const key = await s3.putContent(store, randomBytes(SMALL_BYTES));
    let readCount = 0;
    proxy.selectFault = () => (readCount++ === 0 ? 'cut' : 'slow down');
    await expect(s3.readContent(store, key)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('SlowDown'),
    });
  });

  it('S3ArtifactStore removes objects one by one after the server rejects DeleteObjects', async () => {
    const keys = await Promise.all(
      Array.from({ length: 3 }, () => s3.putContent(store, Buffer.from('x'))),
    );
    const artifacts = keys.map((key) => ({ key, format: 'jpeg' as const }));
    proxy.calls.length = 0;
    await store.removeAll(artifacts);
    const isRejected = s3.bucket.server.name === 'OpenStack Swift';
    const countCalls = (method: string) =>
      proxy.calls.filter((call) => call.startsWith(`${method} `)).length;
    expect([countCalls('POST'), countCalls('DELETE')]).toEqual(isRejected ? [1, 3] : [1, 0]);
    await store.removeAll(artifacts);
    expect([countCalls('POST'), countCalls('DELETE')]).toEqual(isRejected ? [1, 6] : [2, 0]);
  });
});

describe('S3ArtifactStore with an invalid setting', () => {
  it.each<[string, Partial<Env>, string]>([
    [
      'a missing bucket',
      { S3_BUCKET: 'no-such-bucket' },
      'Create the bucket, or correct S3_BUCKET.',
    ],
    [
      'a port without a server',
      { S3_ENDPOINT: 'http://127.0.0.1:9' },
      '(ECONNREFUSED). Check S3_ENDPOINT',
    ],
    ['a host that does not resolve', { S3_ENDPOINT: 'http://s3.invalid' }, 'Correct S3_ENDPOINT'],
  ])('S3ArtifactStore.probe() explains how to fix %s', async (_case, settings, fix) => {
    const store = await s3.openStore(settings);
    const expectedError = { code: 'storage_unavailable', retry: 'uncounted', status: 503 };
    await expect(store.probe()).rejects.toMatchObject({
      ...expectedError,
      message: expect.stringContaining(fix),
    });
    await expect(s3.putContent(store, Buffer.from('x'))).rejects.toMatchObject(expectedError);
  });

  it.each(usesSwift() ? REJECTED_SETTINGS : [])(
    'S3ArtifactStore.probe() explains how to fix %s',
    async (_case, credentials, settings, fix) => {
      for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
      const store = await s3.openStore(settings);
      const message = expect.stringContaining(fix);
      await expect(store.probe()).rejects.toMatchObject({ code: 'storage_unavailable', message });
    },
  );

  it('S3ArtifactStore.probe() reports missing credentials', async () => {
    for (const name of Object.keys(s3.bucket.credentials)) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', s3.folder);
    const store = await s3.openStore();
    await expect(store.probe()).rejects.toMatchObject({
      message: expect.stringContaining('No AWS credentials were found'),
    });
  });

  it('S3ArtifactStore does not start without a region', async () => {
    vi.stubEnv('HOME', s3.folder);
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
    const settings = { S3_ENDPOINT: undefined, S3_REGION: undefined };
    await expect(s3.openStore(settings)).rejects.toMatchObject({ code: 'storage_region_missing' });
  });

  it('S3ArtifactStore.checkAccess() fails within seconds when the S3 server does not respond', async () => {
    const proxy = await FaultProxy.startFor(s3.bucket.server.endpoint);
    try {
      proxy.setBlackhole(true);
      const store = await s3.openStore({ S3_ENDPOINT: proxy.url.replace(/\/$/, '') });
      await expect(store.checkAccess()).rejects.toMatchObject({ code: 'storage_unavailable' });
    } finally {
      await proxy.refuseConnections();
    }
  });
});

// Reads the object with a separate client instead of the store.
it('S3ArtifactStore stores an object unchanged', async () => {
  const store = await s3.openStore();
  const content = randomBytes(SMALL_BYTES);
  const Key = store.getLocation(await s3.putContent(store, content), 'jpeg');
  const response = await s3
    .createClient()
    .send(new GetObjectCommand({ Bucket: s3.bucket.settings.S3_BUCKET, Key }));
  expect(Buffer.from(await response.Body!.transformToByteArray()).equals(content)).toBe(true);
});
