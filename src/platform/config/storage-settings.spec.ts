import { describe, expect, it } from 'vitest';
import { Env } from './env.js';
import {
  imageDelivery,
  objectPrefix,
  publicImageBaseUrl,
  storageLocation,
} from './storage-settings.js';

const createEnv = (settings: Partial<Env>) => Object.assign(new Env(), settings);

describe('imageDelivery()', () => {
  it.each<[string, string, Partial<Env>]>([
    ['proxy', 'disk storage', { S3_DELIVERY: 'redirect' }],
    ['proxy', 'a bucket', { STORAGE: 's3' }],
    ['direct', 'a public bucket', { STORAGE: 's3', S3_PUBLIC_URL: 'https://cdn.example.com' }],
    [
      'proxy',
      'a public bucket with S3_DELIVERY=proxy',
      { STORAGE: 's3', S3_PUBLIC_URL: 'https://c.example', S3_DELIVERY: 'proxy' },
    ],
  ])('imageDelivery() returns %s for %s', (delivery, _description, settings) => {
    expect(imageDelivery(createEnv(settings))).toBe(delivery);
  });
});

describe('publicImageBaseUrl()', () => {
  it.each([
    ['https://cdn.example.com', '', 'https://cdn.example.com/'],
    ['https://cdn.example.com/', 'shop', 'https://cdn.example.com/shop/'],
    ['https://example.com/bucket', 'a/b/', 'https://example.com/bucket/a/b/'],
  ])('publicImageBaseUrl() joins %s and the prefix %j', (S3_PUBLIC_URL, S3_PREFIX, base) => {
    expect(publicImageBaseUrl({ S3_PUBLIC_URL, S3_PREFIX })).toBe(base);
  });

  it('publicImageBaseUrl() returns undefined without a public URL', () => {
    expect(publicImageBaseUrl({ S3_PUBLIC_URL: undefined, S3_PREFIX: 'a' })).toBeUndefined();
    expect(objectPrefix({ S3_PREFIX: '' })).toBe('');
  });
});

describe('storageLocation()', () => {
  it('storageLocation() returns a different value for each folder, bucket, prefix and server', () => {
    const S3: Partial<Env> = { STORAGE: 's3', S3_BUCKET: 'images' };
    const locations = [
      { DATA_DIR: 'data' },
      { DATA_DIR: 'other' },
      S3,
      { ...S3, S3_BUCKET: 'other' },
      { ...S3, S3_PREFIX: 'shop' },
      { ...S3, S3_ENDPOINT: 'http://localhost:9000' },
    ].map((settings) => storageLocation(createEnv(settings)));
    expect(new Set(locations).size).toBe(locations.length);
    expect(storageLocation(createEnv({ ...S3, S3_PREFIX: 'shop/' }))).toBe(locations[4]);
  });
});
