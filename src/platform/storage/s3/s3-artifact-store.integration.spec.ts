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

// A server in Python on a machine that others use as well.
vi.setConfig({ testTimeout: 120_000 });

/** Only a server that verifies signatures rejects them. */
const WRONG_CREDENTIALS: [string, Record<string, string>, Partial<Env>, string][] = [
  ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong-secret' }, {}, 'AWS_SECRET_ACCESS_KEY'],
  ['a missing permission', { AWS_ACCESS_KEY_ID: 'test:reader' }, {}, 'permission s3:ListBucket'],
  ['a wrong region', {}, { S3_REGION: 'eu-west-9' }, 'Correct S3_REGION'],
];

const s3 = S3Stores.forThisFile();
/** The bytes of a single call, and of an upload in parts. */
const [SMALL, LARGE] = [100_000, 9 * 1024 * 1024];

describe('S3ArtifactStore', () => {
  it.each([SMALL, LARGE])(
    'S3ArtifactStore stores %i bytes with content type and cache headers',
    async (bytes) => {
      const store = await s3.openStore();
      const key = await s3.putContent(store, randomBytes(bytes));
      const Key = store.locationOf(key, 'jpeg');
      const head = await s3
        .createClient()
        .send(new HeadObjectCommand({ Bucket: s3.bucket.settings.S3_BUCKET, Key }));
      expect(head).toMatchObject({ ContentType: 'image/jpeg', ContentLength: bytes });
      const caching = s3.bucket.server.hasFullS3Api
        ? 'public, max-age=31536000, immutable'
        : undefined;
      expect(head.CacheControl).toBe(caching);
    },
  );

  it('S3ArtifactStore redirects to a presigned URL that a client without credentials can read', async () => {
    const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
    const key = await s3.putContent(store, Buffer.from('content'));
    const target = await store.redirectUrl({ key, format: 'jpeg', bytes: 7 });
    const answer = await fetch(target!.url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('content');
    expect(target!.maxAgeSeconds).toBe(900);
    const tampered = target!.url.replace(key, s3.randomKey());
    expect((await fetch(tampered)).status).toBe(s3.bucket.server.hasFullS3Api ? 403 : 404);
  });

  it('S3ArtifactStore redirects to S3_PUBLIC_URL if it is set, and not at all with S3_DELIVERY=proxy', async () => {
    const S3_PUBLIC_URL = 'https://cdn.example.com/images';
    const store = await s3.openStore({ S3_DELIVERY: 'redirect', S3_PUBLIC_URL, S3_PREFIX: 'shop' });
    const artifact = { key: s3.randomKey(), format: 'jpeg', bytes: 7 } as const;
    expect(await store.redirectUrl(artifact)).toEqual({
      url: `https://cdn.example.com/images/shop/${artifact.key}.jpg`,
      maxAgeSeconds: 3600,
    });
    const proxy = await s3.openStore({ S3_DELIVERY: 'proxy' });
    expect(await proxy.redirectUrl(artifact)).toBeUndefined();
  });

  it('S3ArtifactStore limits a presigned URL to the validity of the image URL', async () => {
    const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
    const target = await store.redirectUrl({ key: s3.randomKey(), format: 'jpeg', bytes: 7 }, 90);
    expect(new URL(target!.url).searchParams.get('X-Amz-Expires')).toBe('90');
    expect(target!.maxAgeSeconds).toBe(45);
  });

  it('removeLeftovers() aborts only multipart uploads that are an hour old', async () => {
    const store = await s3.openStore();
    const client = s3.createClient();
    const Bucket = s3.bucket.settings.S3_BUCKET;
    const Key = store.locationOf(s3.randomKey(), 'jpeg');
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const foreign = `${Key}.backup`;
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: foreign }));
    const uploads = async () => {
      const Prefix = Key;
      const found = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
      return (found.Uploads ?? []).map((upload) => upload.Key!).toSorted();
    };
    // fauxqs lists no uploads.
    const begun = s3.bucket.server.hasFullS3Api ? [Key, foreign] : [];
    expect(await store.removeLeftovers()).toBe(0);
    expect(await uploads()).toEqual(begun);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1000 });
    try {
      expect(await store.removeLeftovers()).toBe(s3.bucket.server.hasFullS3Api ? 1 : 0);
    } finally {
      vi.useRealTimers();
    }
    expect(await uploads()).toEqual(begun.slice(1));
  });

  it('S3ArtifactStore works with a clock that is three hours off, because the SDK corrects it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 60 * 60 * 1000 });
    try {
      const store = await s3.openStore({ S3_DELIVERY: 'redirect' });
      const key = await s3.putContent(store, Buffer.from('content'));
      const target = await store.redirectUrl({ key, format: 'jpeg', bytes: 7 }, 300);
      expect((await fetch(target!.url)).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('S3ArtifactStore with a faulty server', () => {
  let proxy: S3FaultProxy;
  let store: S3ArtifactStore;
  beforeEach(async () => {
    proxy = await S3FaultProxy.startBefore(s3.bucket.server.endpoint);
    store = await s3.openStore({ S3_ENDPOINT: proxy.url });
  });
  afterEach(() => proxy.close());

  it('S3ArtifactStore with a faulty server retries calls after 503 SlowDown', async () => {
    proxy.selectFault = ({ callNumber }) => (callNumber % 2 === 1 ? 'slow down' : undefined);
    const key = await s3.putContent(store, Buffer.from('content'));
    expect((await s3.readContent(store, key)).toString()).toBe('content');
    await store.remove(key, 'jpeg');
    expect(await store.has(key, 'jpeg')).toBe(false);
  });

  it('S3ArtifactStore with a faulty server resumes an interrupted read at the byte where it ended', async () => {
    const content = randomBytes(1_500_000);
    const key = await s3.putContent(store, content);
    let cuts = 0;
    proxy.selectFault = ({ method }) => (method === 'GET' && cuts++ < 8 ? 'cut' : undefined);
    expect((await s3.readContent(store, key)).equals(content)).toBe(true);
    expect(cuts).toBeGreaterThan(8);
  });

  it('S3ArtifactStore with a faulty server fails a stalled read', async () => {
    const key = await s3.putContent(store, randomBytes(SMALL));
    let reads = 0;
    proxy.selectFault = () => (reads++ === 0 ? 'cut' : 'slow down');
    await expect(s3.readContent(store, key)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('SlowDown'),
    });
  });

  it('S3ArtifactStore with a faulty server removes objects one by one once the server refuses DeleteObjects', async () => {
    const keys = await Promise.all(
      Array.from({ length: 3 }, () => s3.putContent(store, Buffer.from('x'))),
    );
    const artifacts = keys.map((key) => ({ key, format: 'jpeg' as const }));
    proxy.calls.length = 0;
    await store.removeAll(artifacts);
    const refused = s3.bucket.server.name === 'OpenStack Swift';
    const count = (method: string) =>
      proxy.calls.filter((call) => call.startsWith(`${method} `)).length;
    expect([count('POST'), count('DELETE')]).toEqual(refused ? [1, 3] : [1, 0]);
    await store.removeAll(artifacts);
    expect([count('POST'), count('DELETE')]).toEqual(refused ? [1, 6] : [2, 0]);
  });
});

describe('S3ArtifactStore with a wrong setting', () => {
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
    ['a host without an address', { S3_ENDPOINT: 'http://s3.invalid' }, 'Correct S3_ENDPOINT'],
  ])('probe() says how to fix %s', async (_what, settings, fix) => {
    const store = await s3.openStore(settings);
    const fault = { code: 'storage_unavailable', retry: 'uncounted', status: 503 };
    await expect(store.probe()).rejects.toMatchObject({
      ...fault,
      message: expect.stringContaining(fix),
    });
    await expect(s3.putContent(store, Buffer.from('x'))).rejects.toMatchObject(fault);
  });

  it.each(usesSwift() ? WRONG_CREDENTIALS : [])(
    'probe() says how to fix %s',
    async (_what, credentials, settings, fix) => {
      for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
      const store = await s3.openStore(settings);
      const message = expect.stringContaining(fix);
      await expect(store.probe()).rejects.toMatchObject({ code: 'storage_unavailable', message });
    },
  );

  it('probe() says that credentials are missing', async () => {
    for (const name of Object.keys(s3.bucket.credentials)) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', s3.folder);
    const store = await s3.openStore();
    await expect(store.probe()).rejects.toMatchObject({
      message: expect.stringContaining('There are no AWS credentials'),
    });
  });

  it('S3ArtifactStore with a wrong setting does not start without a region', async () => {
    vi.stubEnv('HOME', s3.folder);
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
    const settings = { S3_ENDPOINT: undefined, S3_REGION: undefined };
    await expect(s3.openStore(settings)).rejects.toMatchObject({ code: 'storage_region_missing' });
  });

  it('The readiness check fails within seconds when the server never answers', async () => {
    const proxy = await FaultProxy.startBefore(s3.bucket.server.endpoint);
    try {
      proxy.setBlackhole(true);
      const store = await s3.openStore({ S3_ENDPOINT: proxy.url.replace(/\/$/, '') });
      await expect(store.checkAccess()).rejects.toMatchObject({ code: 'storage_unavailable' });
    } finally {
      await proxy.refuseConnections();
    }
  });
});

/** The object is read with the client of a test, not of the store. */
it('S3ArtifactStore stores an object unchanged', async () => {
  const store = await s3.openStore();
  const content = randomBytes(SMALL);
  const Key = store.locationOf(await s3.putContent(store, content), 'jpeg');
  const found = await s3
    .createClient()
    .send(new GetObjectCommand({ Bucket: s3.bucket.settings.S3_BUCKET, Key }));
  expect(Buffer.from(await found.Body!.transformToByteArray()).equals(content)).toBe(true);
});
